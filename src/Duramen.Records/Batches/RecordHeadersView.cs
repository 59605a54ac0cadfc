using Duramen.Core.Binary;

namespace Duramen.Records.Batches;

/// <summary>The headers of a record as they stand in somebody's buffer. The reader has checked them, so walking them cannot fail.</summary>
public readonly ref struct RecordHeadersView
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly int _count;

    internal RecordHeadersView(ReadOnlySpan<byte> bytes, int count)
    {
        _bytes = bytes;
        _count = count;
    }

    /// <summary>The number of headers.</summary>
    public int Count => _count;

    /// <summary>The headers as they are stored, without their count.</summary>
    internal ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Walks the headers in their order; a name may appear more than once.</summary>
    public Enumerator GetEnumerator() => new(_bytes, _count);

    /// <summary>Gives the last header of this name, which is the one that counts when a name is repeated.</summary>
    public bool TryGetLast(ReadOnlySpan<byte> keyUtf8, out NullableBytes value)
    {
        bool found = false;
        value = default;
        foreach (RecordHeaderView header in this)
        {
            if (header.KeyUtf8.SequenceEqual(keyUtf8))
            {
                value = header.Value;
                found = true;
            }
        }

        return found;
    }

    /// <summary>Walks <paramref name="count"/> headers at the start of <paramref name="bytes"/> and gives their size; false when they do not fit.</summary>
    internal static bool TryMeasure(ReadOnlySpan<byte> bytes, int count, out int sizeBytes)
    {
        sizeBytes = 0;
        for (int i = 0; i < count; i++)
        {
            if (!TryReadOne(bytes[sizeBytes..], out _, out int headerSizeBytes))
            {
                return false;
            }

            sizeBytes += headerSizeBytes;
        }

        return true;
    }

    private static bool TryReadOne(ReadOnlySpan<byte> bytes, out RecordHeaderView header, out int sizeBytes)
    {
        header = default;
        sizeBytes = 0;
        if (!Varint.TryRead32(bytes, out int keyLength, out int keyPrefix) || keyLength < 0 || keyLength > bytes.Length - keyPrefix)
        {
            return false;
        }

        ReadOnlySpan<byte> key = bytes.Slice(keyPrefix, keyLength);
        int position = keyPrefix + keyLength;
        if (!RecordReader.TryReadNullableBytes(bytes, ref position, out NullableBytes value))
        {
            return false;
        }

        header = new RecordHeaderView(key, value);
        sizeBytes = position;
        return true;
    }

    /// <summary>The walk over the headers.</summary>
    public ref struct Enumerator
    {
        private ReadOnlySpan<byte> _rest;
        private int _left;

        internal Enumerator(ReadOnlySpan<byte> bytes, int count)
        {
            _rest = bytes;
            _left = count;
            Current = default;
        }

        /// <summary>The header the walk stands on.</summary>
        public RecordHeaderView Current { get; private set; }

        /// <summary>Goes to the next header.</summary>
        public bool MoveNext()
        {
            if (_left == 0 || !TryReadOne(_rest, out RecordHeaderView header, out int sizeBytes))
            {
                return false;
            }

            _left--;
            _rest = _rest[sizeBytes..];
            Current = header;
            return true;
        }
    }
}
