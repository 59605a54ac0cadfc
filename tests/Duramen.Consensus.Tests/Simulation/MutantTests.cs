using Duramen.Simulation;
using Duramen.Simulation.Protocols;
using Duramen.Simulation.Reports;
using Xunit;

namespace Duramen.Consensus.Tests.Simulation;

/// <summary>The checkers are checked: whoever breaks a rule is caught, by an invariant that is about that rule.</summary>
public sealed class MutantTests
{
    public static TheoryData<string> Ids => [.. MutantCatalog.All.Select(entry => entry.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_broken_rule_is_noticed_by_the_invariant_that_is_about_it(string id)
    {
        MutantEntry mutant = MutantCatalog.All.Single(entry => entry.Id == id);
        Assert.NotEmpty(mutant.KilledBy);
        SimulationResult killed = MutantTable.FirstFailure(mutant) ?? throw new Xunit.Sdk.XunitException($"{id} survived {MutantTable.MaxSeeds} seeds: {mutant.What}");
        Assert.Contains(killed.Invariant, mutant.KilledBy);
    }

    [Fact]
    public void The_canary_fails_every_hundredth_seed_and_no_other()
    {
        var campaign = new Campaign("raft", "X01");
        ulong[] failed = [.. Enumerable.Range(1, 200).Select(seed => (ulong)seed).Where(seed => !campaign.Run(seed))];
        Assert.Equal([42UL, 142UL], failed);
        Assert.Equal("duramen simulate --protocol raft --seed 42 --mutant X01", campaign.Repeat(campaign.Failure!, new Reduction()));
    }

    [Fact]
    public void A_failure_is_made_smaller_and_still_fails_the_same_way()
    {
        SimulationResult failure = MutantTable.FirstFailure(MutantCatalog.All.Single(entry => entry.Id == "R07"))!;
        Reduction reduction = Shrinker.Shrink(failure);
        SimulationOptions smaller = reduction.Apply(failure.Options);
        Assert.Empty(smaller.Faults);
        Assert.Equal(failure.Invariant, SimulationRun.Run(smaller).Invariant);
        Assert.Contains("--keep-faults none", reduction.ToString(), StringComparison.Ordinal);
    }
}
