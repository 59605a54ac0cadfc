using System.Numerics;
using Duramen.Consensus.Memberships;
using Duramen.Consensus.Quorums;
using Duramen.Core.Ids;
using Xunit;

namespace Duramen.Consensus.Tests.Quorums;

public sealed class QuorumTests
{
    [Fact]
    public void Any_two_quorums_of_one_membership_have_a_member_in_common()
    {
        foreach (Membership membership in Some())
        {
            ulong[] quorums = [.. Sets(membership).Where(set => Quorum.IsReached(set, membership))];
            Assert.NotEmpty(quorums);
            foreach (ulong one in quorums)
            {
                Assert.All(quorums, other => Assert.NotEqual(0UL, one & other & membership.AllVoters));
            }
        }
    }

    [Fact]
    public void A_quorum_of_a_joint_membership_meets_every_quorum_of_either_half()
    {
        Membership joint = Membership.Of(Group.Replicas(3, 4, 5), outgoing: Group.Replicas(1, 2, 3));
        foreach (ulong quorum in Sets(joint).Where(set => Quorum.IsReached(set, joint)))
        {
            Assert.True(BitOperations.PopCount(quorum & joint.Voters) >= 2 && BitOperations.PopCount(quorum & joint.Outgoing) >= 2);
        }
    }

    [Fact]
    public void Learners_never_count()
    {
        Membership membership = Membership.Of(Group.Replicas(1, 2, 3), Group.Replicas(4, 5));
        Assert.False(Quorum.IsReached(membership.Learners | membership.BitOf(Group.Replica(1)), membership));
    }

    [Fact]
    public void Half_is_no_majority()
    {
        Assert.False(Quorum.IsReached(0b0011, Group.Of(1, 2, 3, 4)));
        Assert.True(Quorum.IsLost(0b0011, Group.Of(1, 2, 3, 4)));
        Assert.False(Quorum.IsLost(0b0001, Group.Of(1, 2, 3)));
    }

    [Fact]
    public void The_index_reached_is_the_highest_that_a_quorum_has()
    {
        var chance = new Core.Random.Prng(7);
        foreach (Membership membership in Some())
        {
            for (int round = 0; round < 50; round++)
            {
                EntryIndex[] reached = [.. Enumerable.Range(0, membership.Count).Select(_ => new EntryIndex(chance.NextInt32(6)))];
                long expected = Enumerable.Range(0, 6).Last(index => Quorum.IsReached(Having(reached, index), membership));
                Assert.Equal(expected, Quorum.Reached(reached, membership).Value);
            }
        }
    }

    private static ulong Having(EntryIndex[] reached, long index) =>
        reached.Select((value, slot) => value.Value >= index ? 1UL << slot : 0).Aggregate(0UL, (set, bit) => set | bit);

    private static IEnumerable<ulong> Sets(Membership membership) => Enumerable.Range(0, 1 << membership.Count).Select(set => (ulong)set);

    private static IEnumerable<Membership> Some()
    {
        yield return Group.Of(1);
        yield return Group.Of(1, 2);
        yield return Group.Of(1, 2, 3);
        yield return Group.Of(1, 2, 3, 4);
        yield return Membership.Of(Group.Replicas(1, 2, 3), Group.Replicas(4));
        yield return Membership.Of(Group.Replicas(4, 5), Group.Replicas(6), Group.Replicas(1, 2, 3));
        yield return Membership.Of(Group.Replicas(2, 3, 4, 5), outgoing: Group.Replicas(1, 2, 3));
    }
}
