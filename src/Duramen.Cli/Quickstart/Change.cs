using System.Text;
using System.Text.Json;
using Duramen.Client.Consumers;
using Duramen.Core.Ids;
using Duramen.Records.Batches;

namespace Duramen.Cli.Quickstart;

/// <summary>A record of the quickstart's topic as it was read.</summary>
internal sealed record Change
{
    public required Offset Offset { get; init; }

    public required long TimestampMs { get; init; }

    /// <summary>The path; bytes that are not UTF-8 have a replacement character in their place.</summary>
    public required string Path { get; init; }

    public required bool IsDeletion { get; init; }

    public required string Status { get; init; }

    /// <summary>The commit; null for a file without history, as the two below.</summary>
    public string? Commit { get; init; }

    public string? Author { get; init; }

    public string? Subject { get; init; }

    public static Change From(ConsumedRecord record)
    {
        ReadOnlyMemory<byte> description = ChangeHeader(record);
        using JsonDocument json = JsonDocument.Parse(description.IsEmpty ? "{}"u8.ToArray() : description);
        return new Change
        {
            Offset = record.Offset,
            TimestampMs = record.TimestampMs,
            Path = Encoding.UTF8.GetString((record.Key ?? default).Span),
            IsDeletion = record.Value is null,
            Status = Text(json, "status"u8) ?? "",
            Commit = Text(json, "commit"u8),
            Author = Text(json, "author"u8),
            Subject = Text(json, "subject"u8),
        };
    }

    private static ReadOnlyMemory<byte> ChangeHeader(ConsumedRecord record)
    {
        foreach (RecordHeader header in record.Headers)
        {
            if (header.Key == HistoryTopic.ChangeHeader)
            {
                return header.Value ?? default;
            }
        }

        return default;
    }

    private static string? Text(JsonDocument json, ReadOnlySpan<byte> name) =>
        json.RootElement.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;
}
