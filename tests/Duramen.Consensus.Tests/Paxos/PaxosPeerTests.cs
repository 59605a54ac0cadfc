using Duramen.Consensus.Paxos.Peers;
using Duramen.Core.Ids;
using Xunit;

namespace Duramen.Consensus.Tests.Paxos;

/// <summary>What a proposer makes of promises that come in parts.</summary>
public sealed class PaxosPeerTests
{
    [Fact]
    public void A_later_part_of_a_promise_counts_only_behind_the_earlier_ones()
    {
        var peer = new Peer(Group.Replica(2), new EntryIndex(4), window: 8);
        Assert.False(peer.Promise(new EntryIndex(7), new EntryIndex(9), isAll: true, new EntryIndex(4)));
        Assert.False(peer.HasPromised);
        Assert.True(peer.Promise(new EntryIndex(5), new EntryIndex(6), isAll: false, new EntryIndex(4)));
        Assert.Equal(7, peer.ToReport.Value);
        Assert.False(peer.Promise(new EntryIndex(7), new EntryIndex(9), isAll: true, new EntryIndex(4)));
        Assert.True(peer.HasPromised);
    }
}
