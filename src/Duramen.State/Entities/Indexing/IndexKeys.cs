using System.Text;
using Duramen.Core.Binary;

namespace Duramen.State.Entities.Indexing;

/// <summary>
/// The keys of an index. The records of an entity are the versions of one key of the store, so that they lie together; a request is a key of its own.
/// <code>
/// 0, the entity's key                              its records
/// 1, length of the entity's key, the key, id       the last record of a request
/// </code>
/// </summary>
internal static class IndexKeys
{
    private const byte Records = 0;
    private const byte Request = 1;

    /// <summary>The key of an entity's records, in memory of the caller where that is enough.</summary>
    public static ReadOnlySpan<byte> OfRecords(ReadOnlySpan<byte> entity, Span<byte> memory)
    {
        Span<byte> key = entity.Length < memory.Length ? memory[..(entity.Length + 1)] : new byte[entity.Length + 1];
        key[0] = Records;
        entity.CopyTo(key[1..]);
        return key;
    }

    /// <summary>The key of a request to an entity.</summary>
    public static byte[] OfRequest(ReadOnlySpan<byte> entity, ReadOnlySpan<byte> requestId)
    {
        byte[] key = new byte[1 + Varint.SizeOfUnsigned((ulong)entity.Length) + entity.Length + requestId.Length];
        var writer = new SpanWriter(key);
        writer.WriteByte(Request);
        writer.WriteUnsignedVarint((ulong)entity.Length);
        writer.WriteBytes(entity);
        writer.WriteBytes(requestId);
        return key;
    }

    /// <summary>As the other, for an id in text.</summary>
    public static byte[] OfRequest(ReadOnlySpan<byte> entity, string requestId) => OfRequest(entity, Encoding.UTF8.GetBytes(requestId));
}
