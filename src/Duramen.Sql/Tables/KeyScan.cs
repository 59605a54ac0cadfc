using System.Text.Unicode;
using Duramen.State.Store;

namespace Duramen.Sql.Tables;

/// <summary>A scan over a range of keys that may be for those that are text only, or for those that are not.</summary>
internal sealed record KeyScan(KeyRange Range, bool TakesText, bool TakesBlobs)
{
    public bool Takes(ReadOnlySpan<byte> key) => TakesText == TakesBlobs || Utf8.IsValid(key) == TakesText;
}
