using System.Globalization;

namespace Duramen.Coordination.Tests.Groups;

/// <summary>
/// Groups under trouble, by seeds. <c>DURAMEN_GROUPS_SEEDS=N</c> tries N seeds in place of the short form, and <c>DURAMEN_GROUPS_SEED=S</c> the seed S alone.
/// </summary>
public sealed class GroupSimulationTests
{
    private const int ShortForm = 300;

    [Fact]
    public void Whatever_happens_a_partition_has_one_owner_commits_are_kept_and_the_living_end_in_a_stable_group()
    {
        (ulong first, int count) = Read("DURAMEN_GROUPS_SEED") is int seed ? ((ulong)seed, 1) : (1, Read("DURAMEN_GROUPS_SEEDS") ?? ShortForm);
        int failOvers = 0;
        int assignments = 0;
        int commits = 0;
        for (ulong current = first; current < first + (ulong)count; current++)
        {
            GroupSimulation simulation = new(current);
            try
            {
                simulation.Run();
            }
            catch (Exception cause)
            {
                throw new InvalidOperationException($"Seed {current}: {cause.Message}\nAgain: DURAMEN_GROUPS_SEED={current} ./test Coordination", cause);
            }

            failOvers += simulation.FailOvers;
            assignments += simulation.Oracle.Assignments;
            commits += simulation.Oracle.Commits;
        }

        // A simulation in which nothing happens shows nothing.
        Assert.True(count == 1 || (failOvers > count / 10 && assignments > count && commits > count), $"{failOvers} {assignments} {commits}");
    }

    [Fact]
    public void A_seed_decides_everything_that_happens()
    {
        GroupSimulation first = new(7);
        GroupSimulation second = new(7);
        first.Run();
        second.Run();
        Assert.Equal(
            (first.Oracle.Assignments, first.Oracle.Commits, first.Digest()),
            (second.Oracle.Assignments, second.Oracle.Commits, second.Digest()));
    }

    private static int? Read(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out int value) ? value : null;
}
