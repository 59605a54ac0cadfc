using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using Xunit;

namespace Duramen.Cli.Tests;

public sealed class ReplayTests : IDisposable
{
    private static readonly string Machines = Executable.Assembly("Duramen.Cli.Machines");

    private readonly TemporaryFolder _folder = new();

    public ReplayTests() => Append("a=1\nb=10\na=2\nb=20\na=3\n");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_record_is_printed_with_what_it_did()
    {
        Outcome outcome = Replay("--machine", "Sum", "--from", "2", "--to", "4").Succeeded();

        Assert.Matches(@"^2  ....-..-..T..:..:..\....Z  a  2\n    a: 1 -> 3\n3  .*  b  20\n    b: 10 -> 30\n$", outcome.Output);
        Assert.Matches("replayed from 0 to 4; the digest of the state is [0-9a-f]{32}", outcome.Errors);
    }

    [Fact]
    public void Json_has_an_object_for_each_record()
    {
        JsonElement[] steps = Replay("--machine", "Duramen.Cli.Machines.Echo", "--output", "json").Succeeded().Json;

        Assert.Equal([0, 1, 2, 3, 4], steps.Select(step => step.GetProperty("offset").GetInt32()));
        JsonElement change = steps[1].GetProperty("changes")[0];
        Assert.Equal(("last", "1", "10"), (change.GetProperty("key").GetString(), change.GetProperty("old").GetString(), change.GetProperty("new").GetString()));
        Assert.Equal("10", steps[1].GetProperty("reply").GetString());
        Assert.Equal("b", steps[1].GetProperty("key").GetString());
    }

    [Fact]
    public void A_condition_stops_the_replay_and_shows_the_state()
    {
        Outcome outcome = Replay("--machine", "Sum", "--quiet", "--break", "changed = 'a' AND CAST(new AS INTEGER) > 2").Succeeded();

        Assert.Matches(@"^2  .*\n    a: 1 -> 3\nstate as of 3, around what was changed:\n  \* a = 3\n    b = 10\n$", outcome.Output);
        Assert.Contains("replayed from 0 to 3;", outcome.Errors, StringComparison.Ordinal);
        Replay("--machine", "Sum", "--break", "value =").Failed("sql-malformed");
    }

    [Fact]
    public void Stepping_reads_what_to_do_from_standard_input()
    {
        Outcome outcome = Step("n\np a\np none\nwhat\ns\nq\n", "--machine", "Sum");
        Assert.Matches(@"^0  .*\n    a: .*\n1  .*\n    b: .*\n  a = 1\n  none = \(none\)\nstate as of 2,.*\n    a = 1\n  \* b = 10\n$", outcome.Output);
        Assert.Contains("'what' is none of", outcome.Errors, StringComparison.Ordinal);
        Assert.Contains("replayed from 0 to 2;", outcome.Errors, StringComparison.Ordinal);

        Assert.Equal(5, Step("\nc\n", "--machine", "Sum", "--output", "json").Json.Length);
        Assert.Equal(2, Step("n\n", "--machine", "Sum", "--break", "offset = 2", "--quiet", "--step", "--output", "json").Json.Length);
    }

    [Fact]
    public void A_replay_begins_at_a_table_that_is_kept()
    {
        string table = $"{_folder.Root}/table";
        string whole = Replay("--machine", "Sum", "--from", "3").Succeeded().Output;
        foreach (int round in (int[])[1, 2])
        {
            Outcome outcome = Replay("--machine", "Sum", "--from", "3", "--table", table).Succeeded();
            Assert.Equal(whole, outcome.Output);
            Assert.Contains("replayed from 3 to 5;", outcome.Errors, StringComparison.Ordinal);
        }

        Outcome all = Replay("--machine", "Sum", "--table", table).Succeeded();
        Assert.Equal(Replay("--machine", "Sum").Output, all.Output);
        Assert.Contains("replayed from 0 to 5;", all.Errors, StringComparison.Ordinal);
        Assert.Equal(2, Replay("--machine", "Echo", "--table", table).ExitCode);
        Assert.Equal(2, Replay("--machine", "Sum", "--keyframes", table).ExitCode);
        Assert.Contains("replayed from 0 to 5;", Replay("--machine", "Echo", "--keyframes", $"{_folder.Root}/none").Succeeded().Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Code_that_fails_is_named_with_the_record_and_the_line()
    {
        Append("c=100\na=three\n");

        Outcome outcome = Replay("--machine", "Sum", "--from", "5").Failed("replay-failed");

        Assert.Matches(@"'sum' failed at the record at offset 6 of log 't' with FormatException in .*Sum\.cs:\d+: ", outcome.Errors);
        Assert.Matches(@"^5  .*\n    c: \(none\) -> 100\n$", outcome.Output);
    }

    [Fact]
    public void A_key_too_long_and_a_static_constructor_that_fails_are_named_with_the_record_and_the_cause()
    {
        Assert.Matches("'hoarder' failed at the record at offset 0 of log 't' with StoreException.*: A key of 65537 bytes", Replay("--machine", "Hoarder").Failed("replay-failed").Errors);
        using Process wrong = Executable.StartProgram("env", "HOARD=much", Executable.Path, "replay", "t", "--assembly", Machines, "--machine", "Hoarder", "--data", _folder.Data);
        string said = wrong.StandardError.ReadToEnd();
        Executable.End(wrong);
        Assert.Matches("'hoarder' failed at the record at offset 0 of log 't' with FormatException.*'much'.*\\. The state before", said);
    }

    [Fact]
    public void What_the_code_prints_is_no_data_and_what_it_reads_is_not_the_prompts()
    {
        Outcome outcome = Step("n\nc\n", "--machine", "Chatty", "--output", "json");

        Assert.Equal(5, outcome.Json.Length);
        Assert.All(outcome.Json, step => Assert.Equal("none", step.GetProperty("changes")[0].GetProperty("new").GetString()));
        Assert.Equal(5, outcome.Errors.Split("executing").Length - 1);
    }

    [Fact]
    public void A_condition_sees_that_there_was_no_value_that_there_is_none_and_that_nothing_was_replied()
    {
        Assert.Contains("replayed from 0 to 2;", Replay("--machine", "Sum", "--quiet", "--break", "old IS NULL AND key = 'b'").Succeeded().Errors, StringComparison.Ordinal);
        Assert.Contains("replayed from 0 to 1;", Replay("--machine", "Sum", "--quiet", "--break", "reply IS NULL").Succeeded().Errors, StringComparison.Ordinal);
        Outcome never = Replay("--machine", "Echo", "--quiet", "--break", "new IS NULL OR reply IS NULL OR changed IS NULL").Succeeded();
        Assert.Empty(never.Output);
        Assert.Contains("--break held at none of these records.", never.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_deterministic_is_found_when_it_is_checked()
    {
        Replay("--machine", "Dice").Succeeded();
        Assert.Contains("offset 0 the key 'thrown'", Replay("--machine", "Dice", "--check").Failed("state-nondeterministic").Errors, StringComparison.Ordinal);
        Replay("--machine", "Sum", "--check").Succeeded();
    }

    [Fact]
    public void What_cannot_be_replayed_is_refused_with_what_there_is()
    {
        Assert.Contains("Duramen.Cli.Machines.Sum", Replay().Failed("machine-unusable").Errors, StringComparison.Ordinal);
        Assert.Contains("no class 'Nobody'", Replay("--machine", "Nobody").Failed("machine-unusable").Errors, StringComparison.Ordinal);
        Assert.Contains("no class that is an IProjection", Replay("--machine", "Bystander").Failed("machine-unusable").Errors, StringComparison.Ordinal);
        Assert.Contains("no constructor without arguments", Replay("--machine", "Demanding").Failed("machine-unusable").Errors, StringComparison.Ordinal);
        Assert.Contains("no luck today", Replay("--machine", "Stillborn").Failed("machine-unusable").Errors, StringComparison.Ordinal);

        File.WriteAllText($"{_folder.Root}/text.dll", "no assembly");
        Executable.Run([], "replay", "t", "--assembly", $"{_folder.Root}/text.dll", "--data", _folder.Data).Failed("assembly-unusable");
        Executable.Run([], "replay", "t", "--assembly", $"{_folder.Root}/none.dll", "--data", _folder.Data).Failed("file-unreadable");
        Executable.Run([], "replay", "t", "--assembly", Executable.Assembly("Duramen.Testing"), "--data", _folder.Data).Failed("machine-unusable");
        Executable.Run([], "replay", "other", "--assembly", Machines, "--machine", "Sum", "--data", _folder.Data).Failed("log-not-found");
    }

    [Fact]
    public void An_assembly_for_a_newer_runtime_is_refused()
    {
        // The same assembly with another version of the runtime among what it refers to.
        byte[] bytes = File.ReadAllBytes(Machines);
        string folder = Directory.CreateDirectory($"{_folder.Root}/newer").FullName;
        File.WriteAllBytes($"{folder}/Newer.dll", NewerRuntime.Demand(bytes));

        Outcome outcome = Executable.Run([], "replay", "t", "--assembly", $"{folder}/Newer.dll", "--machine", "Sum", "--data", _folder.Data).Failed("assembly-unusable");

        Assert.Contains("This program runs on .NET 10", outcome.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_waits_for_a_debugger_is_told_which_process_and_can_stop_waiting()
    {
        using Process replay = Executable.Start("replay", "t", "--assembly", Machines, "--machine", "Sum", "--wait-for-debugger", "--data", _folder.Data);
        Assert.Contains($"attached to process {replay.Id}", replay.StandardError.ReadLine(), StringComparison.Ordinal);

        Executable.Signal(replay, "-INT");
        Executable.End(replay);

        Assert.Equal(130, replay.ExitCode);
    }

    [Fact]
    public void Around_what_was_changed_are_three_keys_on_each_side()
    {
        Append("c=1\nd=1\ne=1\nf=1\ng=1\nh=1\ni=1\ne=1\n");

        string state = Replay("--machine", "Sum", "--quiet", "--break", "old = '1' AND changed = 'e'").Succeeded().Output;

        Assert.EndsWith("around what was changed:\n    b = 30\n    c = 1\n    d = 1\n  * e = 2\n    f = 1\n    g = 1\n    h = 1\n", state, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_log_that_was_trimmed_it_is_said_that_the_state_lacks_what_was_before()
    {
        Executable.Run([], "log", "trim", _folder.Data, "t", "2").Succeeded();

        Outcome outcome = Replay("--machine", "Sum").Succeeded();

        Assert.Contains("the log begins at offset 2", outcome.Errors, StringComparison.Ordinal);
        Assert.Matches(@"^2  .*  a  2\n    a: \(none\) -> 2\n", outcome.Output);
    }

    [Fact]
    public void Of_a_log_that_was_compacted_it_is_said_that_records_are_missing()
    {
        Executable.Run("a=1\nb=10\na=2\n", "log", "append", _folder.Data, "c", "--cleanup", "compact", "--key-delimiter", "=").Succeeded();
        Assert.DoesNotContain("missing", Of("c").Errors, StringComparison.Ordinal);

        Executable.Run([], "log", "compact", _folder.Data, "c").Succeeded();

        Assert.Contains("1 record was missing", Of("c").Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("missing", Of("c", "--to", "0").Errors, StringComparison.Ordinal);

        Outcome Of(string log, params string[] options) => Executable.Run([], ["replay", log, "--assembly", Machines, "--machine", "Sum", "--data", _folder.Data, .. options]).Succeeded();
    }

    [Fact]
    public void What_stops_a_debugger_is_not_optimised_so_that_it_is_taken_for_its_users_code()
    {
        string stop = Executable.Assembly("Duramen.Debugging");

        Assert.True(Assembly.LoadFrom(stop).GetCustomAttribute<DebuggableAttribute>()!.IsJITOptimizerDisabled);
        Assert.True(File.Exists(Path.ChangeExtension(stop, ".pdb")));
    }

    private void Append(string lines) => Executable.Run(lines, "log", "append", _folder.Data, "t", "--key-delimiter", "=").Succeeded();

    private Outcome Replay(params string[] options) => Executable.Run([], ["replay", "t", "--assembly", Machines, "--data", _folder.Data, .. options]);

    private Outcome Step(string input, params string[] options) =>
        Executable.Run(input, ["replay", "t", "--assembly", Machines, "--data", _folder.Data, .. options, .. options.Contains("--step") ? Array.Empty<string>() : ["--step"]]).Succeeded();
}
