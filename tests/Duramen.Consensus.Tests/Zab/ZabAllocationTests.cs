using Duramen.Consensus.Zab;
using Xunit;

namespace Duramen.Consensus.Tests.Zab;

/// <summary>A warm group replicates without allocating: leader and followers, proposal to commit.</summary>
public sealed class ZabAllocationTests
{
    [Fact]
    public void A_warm_group_allocates_nothing_from_proposal_to_commit()
    {
        using var group = new WarmGroup(new ZabProtocol(new ZabOptions { CacheBytes = 10_000 }), 3);
        group.Replicate(5_000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        group.Replicate(2_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(group.Committed >= 7_000);
    }
}
