using Duramen.Consensus.Contract;
using Duramen.Consensus.Memberships;
using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Messages;

/// <summary>A <see cref="SnapshotMeta"/> as bytes, for a host's snapshot files and transfers: index (8), epoch (8 + 4), length of the membership (2), membership.</summary>
public static class SnapshotMetaCodec
{
    private const int FixedSizeBytes = 22;

    /// <summary>The size of its bytes.</summary>
    public static int SizeOf(SnapshotMeta meta)
    {
        ArgumentNullException.ThrowIfNull(meta);
        return FixedSizeBytes + meta.Membership.SizeBytes;
    }

    /// <summary>Writes it; returns the size.</summary>
    public static int Write(SnapshotMeta meta, Span<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(meta);
        var writer = new SpanWriter(destination);
        writer.WriteInt64(meta.Index.Value);
        writer.WriteInt64(meta.Epoch.Number);
        writer.WriteInt32(meta.Epoch.Node.Value);
        writer.WriteUInt16((ushort)meta.Membership.SizeBytes);
        meta.Membership.Write(writer.Take(meta.Membership.SizeBytes));
        return writer.Position;
    }

    /// <summary>Reads the next one; null when it is cut or not valid.</summary>
    public static SnapshotMeta? TryRead(ref SpanReader reader)
    {
        if (!reader.TryReadInt64(out long index) || !reader.TryReadInt64(out long number) || !reader.TryReadInt32(out int node)
            || !reader.TryReadInt16(out short size) || !reader.TryReadBytes(size, out ReadOnlySpan<byte> bytes)
            || !Membership.TryRead(bytes, out Membership membership) || index < 0)
        {
            return null;
        }

        return new SnapshotMeta(new EntryIndex(index), new Epoch(number, new NodeId(node)), membership);
    }
}
