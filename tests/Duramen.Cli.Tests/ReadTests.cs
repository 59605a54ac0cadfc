using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace Duramen.Cli.Tests;

public sealed class ReadTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_record_in_json_has_every_field()
    {
        Executable.Run([.. "k\u00e4:\"v\"\n"u8, 0xff, (byte)':', 0xfe, (byte)'\n'], "log", "append", _folder.Data, "a/b", "--key-delimiter", ":").Succeeded();

        string[] lines = Executable.Do("log", "read", _folder.Data, "a/b", "--output", "json").Lines;

        JsonElement[] records = [.. lines.Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(
            ["log", "partition", "offset", "timestamp", "key", "value", "headers"], records[0].EnumerateObject().Select(field => field.Name));
        Assert.Equal("a/b", records[0].GetProperty("log").GetString());
        Assert.Equal(0, records[0].GetProperty("partition").GetInt32());
        Assert.Equal(1, records[1].GetProperty("offset").GetInt64());
        Assert.Equal("k\u00e4", records[0].GetProperty("key").GetString());
        Assert.Equal("\"v\"", records[0].GetProperty("value").GetString());
        Assert.Equal("{\"base64\":\"/w==\"}", records[1].GetProperty("key").GetRawText());
        Assert.Equal("{\"base64\":\"/g==\"}", records[1].GetProperty("value").GetRawText());
        Assert.Equal("[]", records[0].GetProperty("headers").GetRawText());
    }

    [Fact]
    public void The_log_of_a_topic_is_found_by_the_name_of_the_topic_to_be_read_and_by_its_own_to_be_changed()
    {
        string[] partitions = [.. Enumerable.Range(0, 2).Select(partition => $"wide/{partition}/{Guid.NewGuid()}")];
        foreach ((string log, string line) in (ReadOnlySpan<(string, string)>)[($"narrow/0/{Guid.NewGuid()}", "n"), (partitions[0], "a"), (partitions[1], "b")])
        {
            Executable.Run(line, "log", "append", _folder.Data, log).Succeeded();
        }

        Assert.Equal("n\n", Executable.Do("log", "read", _folder.Data, "narrow").Output);
        JsonElement record = Executable.Do("log", "read", _folder.Data, "wide/1", "--output", "json").Json[0];
        Assert.Equal((partitions[1], 1, "b"), (record.GetProperty("log").GetString(), record.GetProperty("partition").GetInt32(), record.GetProperty("value").GetString()));
        foreach (string command in (string[])["read", "dump", "inspect"])
        {
            Executable.Do("log", command, _folder.Data, "narrow");
            Outcome several = Executable.Run([], "log", command, _folder.Data, "wide");
            Assert.Equal(2, several.ExitCode);
            Assert.All(partitions, partition => Assert.Contains(partition, several.Errors, StringComparison.Ordinal));
            Executable.Run([], "log", command, _folder.Data, "wide/2").Failed("log-not-found");
        }

        Executable.Run([], "log", "delete", _folder.Data, "narrow").Failed("log-not-found");
        Executable.Run([], "log", "trim", _folder.Data, "wide/1", "1").Failed("log-not-found");
    }

    [Fact]
    public void A_record_without_a_key_has_the_key_null()
    {
        Executable.Run("v\n", "log", "append", _folder.Data, "t").Succeeded();

        Assert.Equal(JsonValueKind.Null, Executable.Do("log", "read", _folder.Data, "t", "--output", "json").Json[0].GetProperty("key").ValueKind);
    }

    [Theory]
    [InlineData("10 11 12", "--from", "10")]
    [InlineData("0 1 2", "--from", "beginning", "--count", "3")]
    [InlineData("", "--from", "end")]
    [InlineData("", "--count", "0")]
    [InlineData("5 6 7 8", "--from", "5", "--to", "9")]
    [InlineData("", "--from", "9", "--to", "5")]
    [InlineData("", "--to", "beginning")]
    public void A_range_is_read_exactly(string expected, params string[] options)
    {
        Executable.Run(string.Concat(Enumerable.Range(0, 13).Select(number => $"{number}\n")), "log", "append", _folder.Data, "t", "--batch", "4").Succeeded();

        Assert.Equal(expected, string.Join(' ', Executable.Do(["log", "read", _folder.Data, "t", .. options]).Lines));
    }

    [Theory]
    [InlineData("read")]
    [InlineData("dump")]
    public void An_offset_past_the_end_is_out_of_range_and_the_end_itself_has_nothing_to_print(string command)
    {
        Executable.Run("a\nb\n", "log", "append", _folder.Data, "t").Succeeded();

        Assert.Empty(Executable.Do("log", command, _folder.Data, "t", "--from", "2").Output);
        foreach (string[] more in (string[][])[["3"], ["9223372036854775807"], ["3", "--count", "0"]])
        {
            Outcome outcome = Executable.Run([], ["log", command, _folder.Data, "t", "--from", .. more]).Failed("log-offset-out-of-range");
            Assert.Contains("0 to 2", outcome.Errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Times_select_records()
    {
        Executable.Run("early\n", "log", "append", _folder.Data, "t").Succeeded();
        Executable.Run("late\n", "log", "append", _folder.Data, "t").Succeeded();
        long[] times = [.. Executable.Do("log", "read", _folder.Data, "t", "--output", "json").Json.Select(record => record.GetProperty("timestamp").GetInt64())];
        Assert.True(times[0] < times[1]);
        string iso = DateTimeOffset.FromUnixTimeMilliseconds(times[1]).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

        Assert.Equal("late\n", Read("--from", iso));
        Assert.Equal("late\n", Read("--from", $"@{times[1]}"));
        Assert.Equal("early\n", Read("--to", $"@{times[1] - 1}"));
        Assert.Equal("early\nlate\n", Read("--from", "2001-01-01", "--to", iso));
        Assert.Empty(Read("--from", $"@{times[1] + 1}"));

        string Read(params string[] options) => Executable.Do(["log", "read", _folder.Data, "t", .. options]).Output;
    }

    [Fact]
    public void Following_prints_what_is_there_and_waits_until_it_is_interrupted()
    {
        Executable.Run("a\nb\n", "log", "append", _folder.Data, "t").Succeeded();
        using Process read = Executable.Start("log", "read", _folder.Data, "t", "--follow");
        Assert.Equal("a", read.StandardOutput.ReadLine());
        Assert.Equal("b", read.StandardOutput.ReadLine());
        Assert.False(read.HasExited);

        Executable.Signal(read, "-INT");
        Executable.End(read);

        Assert.Equal(130, read.ExitCode);
        Assert.Empty(read.StandardError.ReadToEnd());
    }

    [Fact]
    public void A_closed_pipe_ends_reading_quietly()
    {
        Executable.Run(string.Concat(Enumerable.Range(0, 200_000).Select(number => $"record {number}\n")), "log", "append", _folder.Data, "t").Succeeded();

        using Process shell = Executable.StartProgram(
            "bash", "-c", "\"$0\" log read \"$1\" t | head -n 1; echo \"${PIPESTATUS[0]}\"", Executable.Path, _folder.Data);
        string output = shell.StandardOutput.ReadToEnd();
        Executable.End(shell);

        Assert.Equal("record 0\n0\n", output);
        Assert.Empty(shell.StandardError.ReadToEnd());
    }

    [Fact]
    public void Output_that_cannot_be_written_is_a_failure()
    {
        Executable.Run("a\n", "log", "append", _folder.Data, "t").Succeeded();

        using Process shell = Executable.StartProgram("bash", "-c", "\"$0\" log read \"$1\" t > /dev/full", Executable.Path, _folder.Data);
        string errors = shell.StandardError.ReadToEnd();
        Executable.End(shell);

        Assert.Equal(1, shell.ExitCode);
        Assert.Contains("duramen: output-failed: ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_sound_before_damage_is_printed_and_the_damage_is_named()
    {
        string lines = string.Concat(Enumerable.Range(0, 20_000).Select(number => $"record number {number}\n"));
        Executable.Run(lines, "log", "append", _folder.Data, "t", "--batch", "100").Succeeded();
        string segment = Assert.Single(Directory.GetFiles(_folder.Data, "*.segment", SearchOption.AllDirectories));
        byte[] bytes = File.ReadAllBytes(segment);
        bytes[bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes("record number 15050"))] ^= 1;
        File.WriteAllBytes(segment, bytes);

        Outcome outcome = Executable.Run([], "log", "read", _folder.Data, "t").Failed("log-corrupt");

        Assert.StartsWith(outcome.Output, lines, StringComparison.Ordinal);
        Assert.InRange(outcome.Lines.Length, 13_000, 15_050);
        Assert.Contains(segment, outcome.Errors, StringComparison.Ordinal);

        // A batch is of what had come when it was its turn: 100 lines, or fewer.
        Match batch = Regex.Match(outcome.Errors, "offset ([0-9]+)");
        Assert.InRange(int.Parse(batch.Groups[1].Value, CultureInfo.InvariantCulture), 14_951, 15_050);
        Assert.Matches("at byte [0-9]+", outcome.Errors);
    }
}
