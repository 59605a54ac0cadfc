using Duramen.Consensus.Contract;
using Duramen.Consensus.Paxos.Slots;
using Duramen.Core.Ids;
using Xunit;

namespace Duramen.Consensus.Tests.Paxos;

/// <summary>Which of the values that were accepted in a slot a proposer takes ("Paxos Made Simple", 2.2).</summary>
public sealed class ReportsTests
{
    private static readonly EntryIndex Slot = new(7);

    // The first was made in ballot 1 and accepted again in 3, the second was made and accepted in 2.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_value_of_the_highest_ballot_is_taken_whoever_made_it_and_whoever_told_first(bool isSecondFirst)
    {
        var reports = new Reports();
        EntryView old = Accepted(made: 1, accepted: 3);
        EntryView other = Accepted(made: 2, accepted: 2);
        reports.Add(isSecondFirst ? other : old);
        reports.Add(isSecondFirst ? old : other);
        Assert.True(reports.Take(Slot, out EntryView best));
        Assert.Equal(old.Header, best.Header);
    }

    private static EntryView Accepted(int made, int accepted) =>
        new(new EntryHeader(Slot, new Epoch(made, new NodeId(1)), EntryKind.Nothing, 0) { AcceptedIn = new Epoch(accepted, new NodeId(2)) }, []);
}
