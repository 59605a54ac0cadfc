using System.Text.Json;

namespace Duramen.Cli.Quickstart;

/// <summary>What a record's header says of a change. What is not known is empty, as the commit of a file without history.</summary>
internal sealed record ChangeDescription(string Status, string Commit, string Author, string Subject)
{
    /// <summary>Nothing is known.</summary>
    public static ChangeDescription None { get; } = new("", "", "", "");

    public static ChangeDescription Read(byte[] description)
    {
        using JsonDocument json = JsonDocument.Parse(description);
        return new ChangeDescription(Text(json, "status"u8), Text(json, "commit"u8), Text(json, "author"u8), Text(json, "subject"u8));
    }

    private static string Text(JsonDocument json, ReadOnlySpan<byte> name) =>
        json.RootElement.TryGetProperty(name, out JsonElement value) ? value.GetString() ?? "" : "";
}
