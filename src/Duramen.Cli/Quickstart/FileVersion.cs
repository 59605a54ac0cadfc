using System.Text;
using System.Text.Json;
using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Duramen.State.Store;

namespace Duramen.Cli.Quickstart;

/// <summary>A version of a file in the table of files, with what its record says about it.</summary>
/// <param name="Path">The path, which need not be text.</param>
/// <param name="Offset">The offset of the record.</param>
/// <param name="TimestampMs">Its time, in milliseconds since 1970.</param>
/// <param name="Content">What there was at the path since: the id of the content, or a size; empty when nothing was.</param>
/// <param name="Why">What happened.</param>
internal sealed record FileVersion(byte[] Path, Offset Offset, long TimestampMs, string Content, ChangeDescription Why)
{
    /// <summary>A version of the table, of which it is not known yet why it is there.</summary>
    public static FileVersion Of(VersionView version) =>
        new(version.Key.ToArray(), version.Offset, version.TimestampMs, ContentOf(version.Value), ChangeDescription.None);

    /// <summary>What a value says of a file, in a word.</summary>
    public static string ContentOf(NullableBytes value)
    {
        if (value.IsNull)
        {
            return "";
        }

        using JsonDocument json = JsonDocument.Parse(Encoding.UTF8.GetString(value.Span));
        return json.RootElement.TryGetProperty("blob"u8, out JsonElement blob) ? blob.GetString()!
            : json.RootElement.TryGetProperty("sizeBytes"u8, out JsonElement size) ? $"{size.GetRawText()} bytes" : "";
    }
}
