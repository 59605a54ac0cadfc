using Duramen.Simulation.Comparing;
using Xunit;

namespace Duramen.Consensus.Tests.Comparing;

/// <summary>The page that sets the protocols side by side says what the simulator measures.</summary>
public sealed class ComparisonTests
{
    [Fact]
    public void The_page_is_what_the_simulator_measures_or_is_to_be_written_anew_with_simulate_compare() =>
        Assert.Equal(Comparison.Write(), File.ReadAllText(Path.Combine(Root(), "docs", "protocols", "README.md")));

    private static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Duramen.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests run outside the repository.");
        }

        return folder;
    }
}
