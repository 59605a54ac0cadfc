using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.State.Store;

/// <summary>A version of a key as it stands in memory of the store. How long it is good says whoever handed it out.</summary>
public readonly ref struct VersionView
{
    private readonly ReadOnlySpan<byte> _key;
    private readonly NullableBytes _value;

    internal VersionView(ReadOnlySpan<byte> key, NullableBytes value, Offset offset, long timestampMs)
    {
        _key = key;
        _value = value;
        Offset = offset;
        TimestampMs = timestampMs;
    }

    /// <summary>The key.</summary>
    public ReadOnlySpan<byte> Key => _key;

    /// <summary>The value; null when the version is the removal of its key.</summary>
    public NullableBytes Value => _value;

    /// <summary>The offset of the record that made the version.</summary>
    public Offset Offset { get; }

    /// <summary>The time of that record, in milliseconds since 1970.</summary>
    public long TimestampMs { get; }
}
