using System.Text;
using Duramen.Core.Binary;

namespace Duramen.Records.Batches;

/// <summary>A header of a record as it stands in somebody's buffer.</summary>
public readonly ref struct RecordHeaderView
{
    private readonly ReadOnlySpan<byte> _key;
    private readonly NullableBytes _value;

    internal RecordHeaderView(ReadOnlySpan<byte> key, NullableBytes value)
    {
        _key = key;
        _value = value;
    }

    /// <summary>The name as it was sent: meant to be UTF-8, not checked.</summary>
    public ReadOnlySpan<byte> KeyUtf8 => _key;

    /// <summary>The value.</summary>
    public NullableBytes Value => _value;

    /// <summary>The name as a string; bytes that are not UTF-8 become replacement characters. Allocates.</summary>
    public string GetKey() => Encoding.UTF8.GetString(_key);
}
