using Duramen.Simulation;
using Duramen.Simulation.Faults;
using Duramen.Simulation.Protocols;
using Duramen.Simulation.Reports;
using Xunit;

namespace Duramen.Consensus.Tests.Simulation;

/// <summary>The short form of the simulation: some seeds of every protocol, each with everything going wrong that the swarm draws.</summary>
public sealed class SeedTests
{
    private const int Seeds = 500;

    public static TheoryData<string> Protocols => [.. Campaign.Protocols];

    [Theory]
    [MemberData(nameof(Protocols))]
    public void No_seed_breaks_an_invariant_and_every_situation_comes_up(string protocol)
    {
        var campaign = new Campaign(protocol);
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            Assert.True(campaign.Run(seed), campaign.Failure is { } failure ? $"{failure.Invariant}: {failure.What}\n{campaign.Repeat(failure, new Reduction())}" : "");
        }

        Assert.Empty(campaign.Missed);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void A_group_that_loses_more_disks_than_it_can_do_without_stops_and_says_nothing_wrong(string protocol)
    {
        var campaign = new Campaign(protocol, isBeyond: true);
        for (ulong seed = 1; seed <= Seeds / 5; seed++)
        {
            Assert.True(campaign.Run(seed), campaign.Failure is { } failure ? $"{failure.Invariant}: {failure.What}\n{campaign.Repeat(failure, new Reduction())}" : "");
        }

        Assert.InRange(campaign.Halted, 1, campaign.Seeds - 1);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void The_same_seed_is_the_same_run(string protocol)
    {
        for (ulong seed = 1; seed <= Seeds / 10; seed++)
        {
            SimulationOptions options = Swarm.Draw(seed, protocol);
            Assert.Equal(SimulationRun.Run(options).Hash, SimulationRun.Run(options).Hash);
        }
    }

    [Fact]
    public void Leaving_a_fault_out_does_not_change_the_others()
    {
        SimulationOptions options = Swarm.Draw(3);
        SimulationOptions fewer = new Reduction { KeepFaults = [1, 2] }.Apply(options);
        Assert.Equal(options.Faults.Skip(1).Take(2), fewer.Faults);
    }
}
