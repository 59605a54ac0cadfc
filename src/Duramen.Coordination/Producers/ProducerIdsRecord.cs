using Duramen.Coordination.Catalog;
using Duramen.Core.Binary;

namespace Duramen.Coordination.Producers;

/// <summary>The record that says which producer ids were given out. <c>docs/catalog.md</c> has the bytes.</summary>
internal static class ProducerIdsRecord
{
    private const short Version = 0;

    public static byte[] Key()
    {
        byte[] key = new byte[sizeof(short)];
        var writer = new SpanWriter(key);
        writer.WriteInt16((short)CatalogRecordKind.ProducerIds);
        return key;
    }

    public static byte[] Value(long next)
    {
        byte[] value = new byte[sizeof(short) + sizeof(long)];
        var writer = new SpanWriter(value);
        writer.WriteInt16(Version);
        writer.WriteInt64(next);
        return value;
    }

    /// <summary>Reads the value; of the key the kind was read before, and nothing follows it.</summary>
    public static long Read(SpanReader key, ReadOnlySpan<byte> value)
    {
        CatalogRecord.RequireEnd(key);
        var reader = new SpanReader(value);
        CatalogRecord.RequireVersion(reader.ReadInt16(), Version);
        long next = reader.ReadInt64();
        CatalogRecord.RequireEnd(reader);
        return next;
    }
}
