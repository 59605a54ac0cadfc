using Duramen.Consensus.Contract;
using Duramen.Consensus.Memberships;
using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Messages;

/// <summary>
/// A <see cref="SnapshotMeta"/> as bytes, for a host's snapshot files and transfers: index (8), epoch (8 + 4), length of the membership (2), membership. When there are upcoming memberships
/// the highest bit of the length is set, and then follow their number (2) and for each of them index (8), length (2), membership.
/// </summary>
public static class SnapshotMetaCodec
{
    private const int FixedSizeBytes = 22;
    private const int UpcomingFixedSizeBytes = 10;
    private const ushort HasUpcoming = 0x8000;

    /// <summary>The size of its bytes.</summary>
    public static int SizeOf(SnapshotMeta meta)
    {
        ArgumentNullException.ThrowIfNull(meta);
        int upcoming = meta.Upcoming.Count == 0 ? 0 : sizeof(ushort) + meta.Upcoming.Sum(next => UpcomingFixedSizeBytes + next.Membership.SizeBytes);
        return FixedSizeBytes + meta.Membership.SizeBytes + upcoming;
    }

    /// <summary>Writes it; returns the size.</summary>
    public static int Write(SnapshotMeta meta, Span<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(meta);
        var writer = new SpanWriter(destination);
        writer.WriteInt64(meta.Index.Value);
        writer.WriteInt64(meta.Epoch.Number);
        writer.WriteInt32(meta.Epoch.Node.Value);
        writer.WriteUInt16((ushort)(meta.Membership.SizeBytes | (meta.Upcoming.Count > 0 ? HasUpcoming : 0)));
        meta.Membership.Write(writer.Take(meta.Membership.SizeBytes));
        if (meta.Upcoming.Count > 0)
        {
            writer.WriteUInt16((ushort)meta.Upcoming.Count);
            foreach (UpcomingMembership next in meta.Upcoming)
            {
                writer.WriteInt64(next.Index.Value);
                writer.WriteUInt16((ushort)next.Membership.SizeBytes);
                next.Membership.Write(writer.Take(next.Membership.SizeBytes));
            }
        }

        return writer.Position;
    }

    /// <summary>Reads the next one; null when it is cut or not valid.</summary>
    public static SnapshotMeta? TryRead(ref SpanReader reader)
    {
        if (!reader.TryReadInt64(out long index) || !reader.TryReadInt64(out long number) || !reader.TryReadInt32(out int node)
            || !reader.TryReadInt16(out short size) || !TryReadMembership(ref reader, size & ~HasUpcoming, out Membership membership) || index < 0)
        {
            return null;
        }

        var meta = new SnapshotMeta(new EntryIndex(index), new Epoch(number, new NodeId(node)), membership);
        return (size & HasUpcoming) == 0 ? meta : TryReadUpcoming(ref reader, meta);
    }

    private static SnapshotMeta? TryReadUpcoming(ref SpanReader reader, SnapshotMeta meta)
    {
        if (!reader.TryReadInt16(out short count))
        {
            return null;
        }

        var upcoming = new List<UpcomingMembership>();
        for (int i = 0; i < count; i++)
        {
            if (!reader.TryReadInt64(out long index) || !reader.TryReadInt16(out short size) || !TryReadMembership(ref reader, size, out Membership membership))
            {
                return null;
            }

            upcoming.Add(new UpcomingMembership(new EntryIndex(index), membership));
        }

        return meta with { Upcoming = upcoming };
    }

    private static bool TryReadMembership(ref SpanReader reader, int sizeBytes, out Membership membership)
    {
        membership = Membership.Nobody;
        return reader.TryReadBytes(sizeBytes & ushort.MaxValue, out ReadOnlySpan<byte> bytes) && Membership.TryRead(bytes, out membership);
    }
}
