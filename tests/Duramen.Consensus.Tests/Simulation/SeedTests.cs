using Duramen.Simulation;
using Duramen.Simulation.Faults;
using Xunit;

namespace Duramen.Consensus.Tests.Simulation;

/// <summary>The short form of the simulation: some seeds of every protocol, each with everything going wrong that the swarm draws.</summary>
public sealed class SeedTests
{
    private const int Seeds = 400;

    [Theory]
    [InlineData("raft")]
    public void No_seed_breaks_an_invariant(string protocol)
    {
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            SimulationResult result = SimulationRun.Run(Swarm.Draw(seed, protocol));
            Assert.True(result.IsGood, $"seed {seed}: {result.Invariant}: {result.What}");
        }
    }

    [Theory]
    [InlineData("raft")]
    public void The_same_seed_is_the_same_run(string protocol)
    {
        for (ulong seed = 1; seed <= Seeds / 10; seed++)
        {
            SimulationOptions options = Swarm.Draw(seed, protocol);
            Assert.Equal(SimulationRun.Run(options).Hash, SimulationRun.Run(options).Hash);
        }
    }
}
