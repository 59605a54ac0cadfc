using System.Buffers.Binary;
using Duramen.Core.Binary;
using Duramen.Records.Batches;

namespace Duramen.State.Replication;

/// <summary>What replicas write beside the inputs and changes, as headers of their records.</summary>
internal static class ReplicaHeaders
{
    private const string Request = "duramen.request";
    private const string Epoch = "duramen.epoch";
    private const string Claim = "duramen.claim";

    public static RecordHeader OfRequest(Guid request) => new(Request, request.ToByteArray(bigEndian: true));

    public static RecordHeader OfEpoch(long epoch) => new(Epoch, Number(epoch));

    public static RecordHeader OfClaim(long epoch) => new(Claim, Number(epoch));

    public static bool TryReadRequest(RecordView record, out Guid request)
    {
        bool isThere = record.Headers.TryGetLast("duramen.request"u8, out NullableBytes value) && value.Length == 16;
        request = isThere ? new Guid(value.Span, bigEndian: true) : default;
        return isThere;
    }

    public static bool TryReadEpoch(RecordView record, out long epoch) => TryReadNumber(record, "duramen.epoch"u8, out epoch);

    public static bool TryReadClaim(RecordView record, out long epoch) => TryReadNumber(record, "duramen.claim"u8, out epoch);

    private static bool TryReadNumber(RecordView record, ReadOnlySpan<byte> name, out long number)
    {
        bool isThere = record.Headers.TryGetLast(name, out NullableBytes value) && value.Length == sizeof(long);
        number = isThere ? BinaryPrimitives.ReadInt64BigEndian(value.Span) : 0;
        return isThere;
    }

    private static byte[] Number(long number)
    {
        byte[] bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        return bytes;
    }
}
