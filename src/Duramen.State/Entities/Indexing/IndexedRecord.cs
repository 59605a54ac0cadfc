using System.Text;
using Duramen.Core.Binary;
using Duramen.Records.Batches;
using Duramen.State.Store;

namespace Duramen.State.Entities.Indexing;

/// <summary>
/// A record as the index keeps it: all of it, so that an entity is read without its log. Offset and time are those of the version in the store.
/// <code>
/// version (varint)
/// request id: 0 for none, else its length + 1 (varint) and the id
/// number of headers (varint), and of each: length of its name (varint), name, 0 for null, else its length + 1 (varint) and the value
/// 0 for a tombstone, 1 for a value (1 byte), and the value
/// </code>
/// </summary>
internal static class IndexedRecord
{
    /// <summary>Writes a record as the index keeps it.</summary>
    public static void Write(RecordView record, scoped in RecordMarks marks, EntityVersion version, PooledBuffer target)
    {
        target.Clear();
        WriteVarint(target, (ulong)version.Value);
        WriteNullable(target, marks.Request);
        WriteVarint(target, (ulong)marks.OtherHeaders);
        foreach (RecordHeaderView header in record.Headers)
        {
            if (!RecordMarks.IsMark(header.KeyUtf8))
            {
                WriteVarint(target, (ulong)header.KeyUtf8.Length);
                target.Write(header.KeyUtf8);
                WriteNullable(target, header.Value);
            }
        }

        target.Write([record.Value.IsNull ? (byte)0 : (byte)1]);
        target.Write(record.Value.Span);
    }

    /// <summary>The version alone of a record in the index.</summary>
    public static EntityVersion VersionOf(VersionView stored) => new((long)new SpanReader(stored.Value.Span).ReadUnsignedVarint64());

    /// <summary>A record of the index, copied out of it.</summary>
    public static EntityRecord Read(VersionView stored)
    {
        var reader = new SpanReader(stored.Value.Span);
        var version = new EntityVersion((long)reader.ReadUnsignedVarint64());
        NullableBytes request = ReadNullable(ref reader);
        int count = (int)reader.ReadUnsignedVarint32();
        RecordHeader[] headers = count == 0 ? [] : new RecordHeader[count];
        for (int index = 0; index < count; index++)
        {
            string name = Encoding.UTF8.GetString(reader.ReadBytes((int)reader.ReadUnsignedVarint32()));
            headers[index] = new RecordHeader(name, Copy(ReadNullable(ref reader)));
        }

        NullableBytes value = reader.ReadByte() == 0 ? NullableBytes.Null : reader.ReadBytes(reader.Remaining);
        return new EntityRecord(
            version,
            Copy(value),
            headers,
            request.IsNull ? null : Encoding.UTF8.GetString(request.Span),
            stored.Offset,
            stored.TimestampMs);
    }

    private static ReadOnlyMemory<byte>? Copy(NullableBytes bytes) => bytes.IsNull ? (ReadOnlyMemory<byte>?)null : bytes.Span.ToArray();

    private static void WriteVarint(PooledBuffer target, ulong value) => target.Advance(Varint.WriteUnsigned(target.GetSpan(Varint.MaxSizeBytes64), value));

    private static void WriteNullable(PooledBuffer target, NullableBytes bytes)
    {
        WriteVarint(target, bytes.IsNull ? 0 : (ulong)bytes.Length + 1);
        target.Write(bytes.Span);
    }

    private static NullableBytes ReadNullable(ref SpanReader reader)
    {
        int length = (int)reader.ReadUnsignedVarint32() - 1;
        return length < 0 ? NullableBytes.Null : reader.ReadBytes(length);
    }
}
