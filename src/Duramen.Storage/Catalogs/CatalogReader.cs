using System.Buffers.Binary;
using System.Text;
using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Storage.Catalogs;

/// <summary>
/// Reads what <see cref="CatalogWriter"/> wrote. The bytes had their checksum verified, so a field that does not fit is a defect of the writer,
/// but it is still an error with a place and never an access outside the bytes.
/// </summary>
internal ref struct CatalogReader(ReadOnlySpan<byte> source, string path)
{
    private SpanReader _fields = new(source);

    public readonly bool IsAtEnd => _fields.IsAtEnd;

    public byte Byte() => Take(1)[0];

    public short Int16() => BinaryPrimitives.ReadInt16BigEndian(Take(sizeof(short)));

    public int Int32() => BinaryPrimitives.ReadInt32BigEndian(Take(sizeof(int)));

    public uint UInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(sizeof(uint)));

    public long Int64() => BinaryPrimitives.ReadInt64BigEndian(Take(sizeof(long)));

    public Offset Offset() => new(Int64());

    public double Double() => BitConverter.Int64BitsToDouble(Int64());

    public LogId Id() => LogId.Read(Take(LogId.SizeBytes));

    public string Text() => Encoding.UTF8.GetString(Bytes());

    public ReadOnlySpan<byte> Bytes() => Take(Int32());

    /// <summary>A count of items that each take at least some bytes, so that a wrong count cannot ask for more memory than there are bytes.</summary>
    public int Count(int itemMinBytes)
    {
        int count = Int32();
        if (count < 0 || (long)count * itemMinBytes > _fields.Remaining)
        {
            throw Damaged();
        }

        return count;
    }

    /// <summary>The error of a field that does not fit.</summary>
    public readonly StorageException Damaged() =>
        new(
            StorageErrors.CatalogCorrupt,
            FormattableString.Invariant($"{path} is damaged: a field at byte {_fields.Position} of a record of {_fields.Position + _fields.Remaining} bytes does not fit."),
            "Restore the folder from a backup or a replica.");

    private ReadOnlySpan<byte> Take(int length) => _fields.TryReadBytes(length, out ReadOnlySpan<byte> taken) ? taken : throw Damaged();
}
