using System.Buffers.Binary;
using Duramen.Core.Ids;

namespace Duramen.Records.Batches;

/// <summary>The fields a log sets in a batch it was given. None is covered by the checksum, so the rest of the batch stays as the producer made it.</summary>
public static class RecordBatchPatch
{
    /// <summary>Sets the offset of the first record.</summary>
    public static void SetBaseOffset(Span<byte> batch, Offset baseOffset) =>
        BinaryPrimitives.WriteInt64BigEndian(batch[RecordBatchLayout.BaseOffset..], baseOffset.Value);

    /// <summary>Sets the epoch of the leader that appends the batch.</summary>
    public static void SetLeaderEpoch(Span<byte> batch, LeaderEpoch epoch) =>
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordBatchLayout.PartitionLeaderEpoch..], epoch.Value);
}
