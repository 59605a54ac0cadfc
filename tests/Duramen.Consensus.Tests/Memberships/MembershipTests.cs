using Duramen.Consensus.Contract;
using Duramen.Consensus.Memberships;
using Xunit;

namespace Duramen.Consensus.Tests.Memberships;

public sealed class MembershipTests
{
    private static readonly Membership Joint = Membership.Of(Group.Replicas(1, 2, 4), Group.Replicas(5), Group.Replicas(1, 2, 3));

    [Fact]
    public void A_membership_comes_back_from_its_bytes()
    {
        Assert.True(Membership.TryRead(Joint.ToArray(), out Membership read));
        Assert.Equal(Joint, read);
        Assert.True(Membership.TryRead(Membership.Nobody.ToArray(), out Membership nobody));
        Assert.Equal(Membership.Nobody, nobody);
    }

    [Fact]
    public void A_membership_cut_at_any_byte_is_refused()
    {
        byte[] whole = Joint.ToArray();
        for (int length = 0; length < whole.Length; length++)
        {
            Assert.False(Membership.TryRead(whole.AsSpan(0, length), out _));
        }

        Assert.False(Membership.TryRead([.. whole, 0], out _));
    }

    [Fact]
    public void A_damaged_membership_is_refused_or_read_as_a_valid_one()
    {
        byte[] whole = Joint.ToArray();
        for (int at = 0; at < whole.Length * 8; at++)
        {
            byte[] damaged = [.. whole];
            damaged[at / 8] ^= (byte)(1 << (at % 8));
            if (Membership.TryRead(damaged, out Membership read))
            {
                Assert.Equal(damaged, read.ToArray());
                Assert.NotEqual(0UL, read.Voters);
                Assert.Equal(0UL, read.Voters & read.Learners);
            }
        }
    }

    [Fact]
    public void The_same_node_with_another_disk_is_another_member()
    {
        Membership membership = Group.Of(1, 2, 3);
        Assert.True(membership.IsVoter(Group.Replica(2)));
        Assert.False(membership.IsVoter(Group.Replica(2, disk: 0xBEEF)));
    }

    [Fact]
    public void A_membership_without_voters_or_with_a_learning_voter_is_none()
    {
        Assert.Null(Membership.TryMake([], [], Group.Replicas(1)));
        Assert.Null(Membership.TryMake(Group.Replicas(1, 2), [], Group.Replicas(2)));
        Assert.Null(Membership.TryMake(Group.Replicas(1, 1), [], []));
        Assert.Null(Membership.TryMake([ReplicaId.None], [], []));
        Assert.Null(Membership.TryMake(Group.Replicas([.. Enumerable.Range(1, ConsensusLimits.MaxMembers + 1)]), [], []));
    }

    [Fact]
    public void A_joint_membership_settles_into_its_incoming_half()
    {
        Membership settled = Joint.Settled();
        Assert.False(settled.IsJoint);
        Assert.Equal(Group.Replicas(1, 2, 4), settled.ListOf(settled.Voters));
        Assert.Equal(Group.Replicas(5), settled.ListOf(settled.Learners));
        Assert.Equal(-1, settled.SlotOf(Group.Replica(3)));
    }
}
