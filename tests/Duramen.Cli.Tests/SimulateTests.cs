using System.Text.RegularExpressions;
using Xunit;

namespace Duramen.Cli.Tests;

public sealed class SimulateTests
{
    [Fact]
    public void The_same_seeds_print_the_same_hash_in_two_processes()
    {
        string[] command = ["simulate", "--protocol", "raft", "--seed", "11", "--seeds", "20"];
        string hash = HashOf(Executable.Do(command).Output);
        Assert.Equal(hash, HashOf(Executable.Do(command).Output));
        Assert.NotEqual(hash, HashOf(Executable.Do("simulate", "--protocol", "raft", "--seed", "12", "--seeds", "20").Output));
    }

    [Fact]
    public void A_violation_is_exit_code_1_with_a_command_that_repeats_it()
    {
        Outcome outcome = Executable.Run([], "simulate", "--protocol", "raft", "--seeds", "2000", "--mutant", "R06");
        Assert.Equal(1, outcome.ExitCode);
        foreach (string name in (string[])["repeat", "smaller"])
        {
            string command = Regex.Match(outcome.Output, $"^{name} +duramen (.*)$", RegexOptions.Multiline).Groups[1].Value;
            Outcome again = Executable.Run([], command.Split(' '));
            Assert.Equal(1, again.ExitCode);
            Assert.Matches("verdict +seed [0-9]+ breaks (R7|C3) ", again.Output);
        }
    }

    [Fact]
    public void A_small_world_with_a_broken_rule_is_exit_code_1_with_the_story()
    {
        string[] command = ["simulate", "--protocol", "raft", "--explore", "--bounds", "waits=0,values=1,crashes=0"];
        Assert.Contains("yes, there are no other states", Executable.Do(command).Output, StringComparison.Ordinal);
        Outcome outcome = Executable.Run([], [.. command, "--mutant", "R06"]);
        Assert.Equal(1, outcome.ExitCode);
        Assert.Matches("verdict +breaks R7: .*\nn1 is asked for value 1; the sync is late\n", outcome.Output);
    }

    [Theory]
    [InlineData("--mutant", "R99")]
    [InlineData("--mutant", "P01")]
    [InlineData("--bounds", "gods=3")]
    [InlineData("--protocol", "chinese-whispers")]
    [InlineData("--without", "gravity")]
    [InlineData("--keep-faults", "one")]
    [InlineData("--seeds", "0")]
    public void What_cannot_be_simulated_is_wrong_usage(string option, string value) =>
        Assert.Equal(2, Executable.Run([], "simulate", option, value).ExitCode);

    private static string HashOf(string output) => Regex.Match(output, "^hash +([0-9a-f]{16})$", RegexOptions.Multiline).Groups[1].Value;
}
