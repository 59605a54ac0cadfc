using Duramen.Simulation.Exploration;
using Duramen.Simulation.Reports;
using Xunit;

namespace Duramen.Consensus.Tests.Exploration;

/// <summary>The short form of the search through small worlds: every state of each, and the rules that it finds broken.</summary>
public sealed class ExplorerTests
{
    // A leader change takes two waits: who missed the leader and who helps to replace it.
    private static readonly ExplorationBounds LeaderChange = new() { Values = 1, Waits = 2, Crashes = 0, LateSyncs = 0 };
    private static readonly ExplorationBounds Crash = new() { Values = 2, Waits = 1, LateSyncs = 1 };

    private static readonly ExplorationBounds HandOver = new() { Values = 1, Waits = 0, HandOvers = 2, Crashes = 1, LateSyncs = 0, Losses = 1 };

    public static TheoryData<string> Protocols => [.. Campaign.Protocols];

    [Theory]
    [MemberData(nameof(Protocols))]
    public void The_nearest_states_around_a_change_of_the_leader_keep_every_promise(string protocol) => AssertGood(protocol, LeaderChange with { MaxStates = 60_000 });

    [Theory]
    [MemberData(nameof(Protocols))]
    public void Every_state_around_a_crash_with_a_late_sync_keeps_every_promise(string protocol) => Assert.True(AssertGood(protocol, Crash with { Values = 1 }).IsWhole);

    [Theory]
    [MemberData(nameof(Protocols))]
    public void The_nearest_states_around_leaders_that_hand_over_keep_every_promise(string protocol) => AssertGood(protocol, HandOver with { MaxStates = 30_000 });

    [Theory]
    [InlineData("raft", "R01", "R5", 8)]
    [InlineData("raft", "R04", "R7", 12)]
    [InlineData("raft", "R07", "R8", 7)]
    [InlineData("viewstamped", "V02", "V6", 6)]
    [InlineData("viewstamped", "V03", "V3", 5)]
    [InlineData("viewstamped", "V08", "V8", 10)]
    public void A_broken_rule_is_found_and_told_in_the_fewest_moves(string protocol, string mutant, string invariant, int moves)
    {
        using var explorer = new Explorer(protocol, LeaderChange, mutant);
        ExplorationResult result = explorer.Run();
        Assert.Equal(invariant, result.Invariant);
        Assert.InRange(result.Depth, 1, moves);
        Assert.StartsWith(invariant + ":", result.Story[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("raft", "R06", "R7")]
    [InlineData("viewstamped", "V10", "V4")]
    public void A_rule_about_syncs_that_is_broken_is_found_when_a_sync_is_late(string protocol, string mutant, string invariant)
    {
        using var explorer = new Explorer(protocol, Crash, mutant);
        Assert.Equal(invariant, explorer.Run().Invariant);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void The_same_search_finds_the_same_states(string protocol)
    {
        ExplorationBounds bounds = LeaderChange with { MaxStates = 2_000 };
        using var once = new Explorer(protocol, bounds);
        using var again = new Explorer(protocol, bounds);
        ExplorationResult first = once.Run();
        ExplorationResult second = again.Run();
        Assert.Equal((first.States, first.Moves, first.LocalStates, first.Hash), (second.States, second.Moves, second.LocalStates, second.Hash));
        Assert.False(first.IsWhole);
    }

    private static ExplorationResult AssertGood(string protocol, ExplorationBounds bounds)
    {
        using var explorer = new Explorer(protocol, bounds);
        ExplorationResult result = explorer.Run();
        Assert.True(result.IsGood, $"{result.Invariant}: {result.What}\n{string.Join('\n', result.Story)}");
        return result;
    }
}
