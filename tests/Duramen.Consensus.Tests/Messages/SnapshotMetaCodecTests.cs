using Duramen.Consensus.Contract;
using Duramen.Consensus.Messages;
using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Xunit;

namespace Duramen.Consensus.Tests.Messages;

public sealed class SnapshotMetaCodecTests
{
    private static readonly SnapshotMeta Plain = new(new EntryIndex(9), new Epoch(4, new NodeId(2)), Group.Of(1, 2, 3));

    private static readonly SnapshotMeta WithUpcoming = Plain with
    {
        Upcoming = [new UpcomingMembership(new EntryIndex(7), Group.Of(1, 2)), new UpcomingMembership(new EntryIndex(8), Group.Of(5))],
    };

    [Fact]
    public void A_snapshot_comes_back_with_the_memberships_that_are_not_in_force_yet()
    {
        foreach (SnapshotMeta meta in new[] { Plain, WithUpcoming, SnapshotMeta.Nothing })
        {
            var reader = new SpanReader(Write(meta));
            SnapshotMeta? read = SnapshotMetaCodec.TryRead(ref reader);
            Assert.Equal((meta.Index, meta.Epoch, meta.Membership), (read!.Index, read.Epoch, read.Membership));
            Assert.Equal(meta.Upcoming, read.Upcoming);
            Assert.True(reader.IsAtEnd);
        }
    }

    [Fact]
    public void A_snapshot_cut_at_any_byte_is_refused()
    {
        byte[] bytes = Write(WithUpcoming);
        for (int length = 0; length < bytes.Length; length++)
        {
            var reader = new SpanReader(bytes.AsSpan(0, length));
            Assert.Null(SnapshotMetaCodec.TryRead(ref reader));
        }
    }

    private static byte[] Write(SnapshotMeta meta)
    {
        byte[] bytes = new byte[SnapshotMetaCodec.SizeOf(meta)];
        Assert.Equal(bytes.Length, SnapshotMetaCodec.Write(meta, bytes));
        return bytes;
    }
}
