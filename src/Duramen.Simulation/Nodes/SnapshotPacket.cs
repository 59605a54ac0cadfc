using System.Buffers.Binary;
using Duramen.Consensus.Contract;
using Duramen.Consensus.Messages;
using Duramen.Core.Binary;
using Duramen.Core.Checksums;
using Duramen.Core.Ids;

namespace Duramen.Simulation.Nodes;

/// <summary>A snapshot on its way: CRC-32C (4), receiver (12), what it stands for, the state.</summary>
internal static class SnapshotPacket
{
    private const int FixedBytes = sizeof(uint) + ReplicaId.SizeBytes;

    public static byte[] Write(ReplicaId to, SnapshotMeta meta, ReadOnlySpan<byte> state)
    {
        byte[] packet = new byte[FixedBytes + SnapshotMetaCodec.SizeOf(meta) + state.Length];
        var writer = new SpanWriter(packet);
        writer.WriteUInt32(0);
        writer.WriteInt32(to.Node.Value);
        writer.WriteUInt64(to.Disk);
        SnapshotMetaCodec.Write(meta, writer.Take(SnapshotMetaCodec.SizeOf(meta)));
        writer.WriteBytes(state);
        BinaryPrimitives.WriteUInt32BigEndian(packet, Crc32C.Compute(packet.AsSpan(sizeof(uint))));
        return packet;
    }

    public static bool TryOpen(ReadOnlySpan<byte> packet, out ReplicaId to, out SnapshotMeta? meta, out ReadOnlySpan<byte> state)
    {
        to = ReplicaId.None;
        meta = null;
        state = default;
        if (packet.Length < FixedBytes || BinaryPrimitives.ReadUInt32BigEndian(packet) != Crc32C.Compute(packet[sizeof(uint)..]))
        {
            return false;
        }

        var reader = new SpanReader(packet[sizeof(uint)..]);
        to = new ReplicaId(new NodeId(reader.ReadInt32()), reader.ReadUInt64());
        meta = SnapshotMetaCodec.TryRead(ref reader);
        state = meta is null ? default : reader.ReadBytes(reader.Remaining);
        return meta is not null;
    }
}
