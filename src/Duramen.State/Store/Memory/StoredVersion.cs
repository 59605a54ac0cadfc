using Duramen.Core.Ids;

namespace Duramen.State.Store.Memory;

/// <summary>A version without its key; a value that is null is a removal.</summary>
internal sealed record StoredVersion(byte[]? Value, long Offset, long TimestampMs)
{
    public VersionView View(byte[] key) => new(key, Value, new Offset(Offset), TimestampMs);
}
