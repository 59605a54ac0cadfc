using Duramen.Consensus.Viewstamped.Messages;
using Duramen.Consensus.Viewstamped.Peers;
using Duramen.Core.Ids;
using Xunit;

namespace Duramen.Consensus.Tests.Viewstamped;

/// <summary>Which of the logs that were reported a new primary takes (4.2, step 3).</summary>
public sealed class ReportsTests
{
    [Theory]
    [InlineData(1, 9, 2, 4, 3)]
    [InlineData(2, 4, 1, 9, 2)]
    [InlineData(2, 4, 2, 5, 3)]
    [InlineData(2, 5, 2, 4, 2)]
    [InlineData(0, 9, 0, 9, 1)]
    public void The_log_of_the_latest_view_is_the_best_and_of_several_the_longest(long secondView, long secondLast, long thirdView, long thirdLast, int owner)
    {
        var reports = new Reports();
        reports.Add(1, Report(secondView, secondLast));
        reports.Add(2, Report(thirdView, thirdLast));
        Assert.Equal(Group.Replica(owner), reports.Best(Report(1, 3), Group.Replica(1), Group.Of(1, 2, 3)).Owner);
    }

    [Fact]
    public void The_last_entry_may_be_of_an_earlier_view_than_the_log()
    {
        var reports = new Reports();
        reports.Add(1, new DoViewChange(new Epoch(2), new EntryIndex(6), new Epoch(2), EntryIndex.Zero));
        reports.Add(2, new DoViewChange(new Epoch(3), new EntryIndex(4), new Epoch(1), EntryIndex.Zero));
        Assert.Equal(Group.Replica(3), reports.Best(Report(1, 3), Group.Replica(1), Group.Of(1, 2, 3)).Owner);
    }

    [Fact]
    public void What_anybody_knows_to_be_committed_is()
    {
        var reports = new Reports();
        reports.Add(0, Report(1, 9) with { Committed = new EntryIndex(3) });
        reports.Add(2, Report(1, 9) with { Committed = new EntryIndex(7) });
        Assert.Equal(7, reports.Committed(Group.Of(1, 2, 3)).Value);
    }

    private static DoViewChange Report(long view, long last) => new(new Epoch(view), new EntryIndex(last), new Epoch(view), EntryIndex.Zero);
}
