using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Duramen.Core.Ids;

namespace Duramen.Storage.Catalogs;

/// <summary>Writes the fields of catalog records: big-endian integers, and text and bytes with a 32-bit length before them.</summary>
internal sealed class CatalogWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new();

    public ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

    public ReadOnlyMemory<byte> WrittenMemory => _buffer.WrittenMemory;

    public CatalogWriter Byte(byte value)
    {
        _buffer.GetSpan(1)[0] = value;
        _buffer.Advance(1);
        return this;
    }

    public CatalogWriter Int16(short value)
    {
        BinaryPrimitives.WriteInt16BigEndian(_buffer.GetSpan(sizeof(short)), value);
        _buffer.Advance(sizeof(short));
        return this;
    }

    public CatalogWriter Int32(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(_buffer.GetSpan(sizeof(int)), value);
        _buffer.Advance(sizeof(int));
        return this;
    }

    public CatalogWriter UInt32(uint value) => Int32(unchecked((int)value));

    public CatalogWriter Int64(long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(_buffer.GetSpan(sizeof(long)), value);
        _buffer.Advance(sizeof(long));
        return this;
    }

    public CatalogWriter Offset(Offset value) => Int64(value.Value);

    public CatalogWriter Double(double value) => Int64(BitConverter.DoubleToInt64Bits(value));

    public CatalogWriter Id(LogId id)
    {
        id.Write(_buffer.GetSpan(LogId.SizeBytes));
        _buffer.Advance(LogId.SizeBytes);
        return this;
    }

    public CatalogWriter Text(string value) => Bytes(Encoding.UTF8.GetBytes(value));

    public CatalogWriter Bytes(ReadOnlySpan<byte> value)
    {
        Int32(value.Length);
        return Raw(value);
    }

    public CatalogWriter Raw(ReadOnlySpan<byte> value)
    {
        value.CopyTo(_buffer.GetSpan(value.Length));
        _buffer.Advance(value.Length);
        return this;
    }
}
