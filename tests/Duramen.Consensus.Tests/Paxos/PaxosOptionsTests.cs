using System.Numerics;
using Duramen.Consensus.Paxos;
using Duramen.Consensus.Paxos.Panels;
using Duramen.Core.Ids;
using Xunit;

namespace Duramen.Consensus.Tests.Paxos;

public sealed class PaxosOptionsTests
{
    [Theory]
    [InlineData(4, 2, 2)]
    [InlineData(3, 0, 4)]
    [InlineData(3, 4, 1)]
    [InlineData(5, 2, 3)]
    public void Quorums_of_different_phases_that_need_not_meet_are_refused(int voters, int prepare, int accept) =>
        Assert.Throws<ArgumentException>(() => new PaxosProtocol(new PaxosOptions { Quorums = [new QuorumOptions(voters, prepare, accept)] }));

    [Fact]
    public void Two_different_sizes_for_the_same_number_of_voters_are_refused() =>
        Assert.Throws<ArgumentException>(() => new PaxosProtocol(new PaxosOptions { Quorums = [new QuorumOptions(3, 2, 2), new QuorumOptions(3, 3, 1)] }));

    [Fact]
    public void A_window_of_nothing_is_refused() => Assert.Throws<ArgumentException>(() => new PaxosProtocol(new PaxosOptions { Alpha = 0 }));

    [Fact]
    public void Every_quorum_of_phase_1_meets_every_quorum_of_phase_2_and_one_voter_less_is_none()
    {
        for (int voters = 1; voters <= 6; voters++)
        {
            AllMeet(voters, new PaxosOptions());
            for (int accept = 1; accept <= voters; accept++)
            {
                AllMeet(voters, new PaxosOptions { Quorums = [new QuorumOptions(voters, voters + 1 - accept, accept)] });
            }
        }
    }

    // Majorities of an even number have two in common; one less would be enough.
    private static void AllMeet(int voters, PaxosOptions options)
    {
        var panel = new Panel(new EntryIndex(1), Group.Of([.. Enumerable.Range(1, voters)]), Group.Replica(1), options);
        bool isTight = false;
        for (ulong promised = 0; promised < 1UL << voters; promised++)
        {
            for (ulong accepted = 0; accepted < 1UL << voters; accepted++)
            {
                bool areQuorums = panel.CanPrepare(promised) && panel.CanAccept(accepted);
                Assert.False(areQuorums && (promised & accepted) == 0);
                isTight |= areQuorums && BitOperations.PopCount(promised & accepted) <= (options.Quorums.Count == 0 && voters % 2 == 0 ? 2 : 1);
            }
        }

        Assert.True(isTight);
    }
}
