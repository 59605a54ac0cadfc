using System.Diagnostics;
using System.Text;
using Xunit;

namespace Duramen.Cli.Tests;

public sealed class AppendTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("none")]
    [InlineData("gzip")]
    [InlineData("snappy")]
    [InlineData("lz4")]
    [InlineData("zstd")]
    public void Lines_of_any_bytes_come_back_byte_for_byte(string codec)
    {
        byte[] lines = AnyLines(seed: 7, count: 2000);

        Executable.Run(lines, "log", "append", _folder.Data, "any", "--compression", codec, "--batch", "300").Succeeded();

        Assert.Equal(lines, Executable.Do("log", "read", _folder.Data, "any").OutputBytes);
    }

    [Fact]
    public void Empty_lines_carriage_returns_and_a_last_line_without_a_line_feed_are_records()
    {
        Executable.Run("a\n\nb\r\nlast", "log", "append", _folder.Data, "t").Succeeded();

        Assert.Equal("a\n\nb\r\nlast\n", Executable.Do("log", "read", _folder.Data, "t").Output);
        Assert.Equal(["a", "", "b\r", "last"], Executable.Do("log", "read", _folder.Data, "t", "--output", "json").Json.Select(record => record.GetProperty("value").GetString()));
    }

    [Fact]
    public void Lines_larger_than_segments_and_batches_come_back()
    {
        byte[] lines = [.. Encoding.ASCII.GetBytes(new string('x', 3_000_000) + "\nshort\n"), .. AnyLines(seed: 8, count: 500)];

        Executable.Run(lines, "log", "append", _folder.Data, "t", "--segment-bytes", "4096", "--compression", "zstd").Succeeded();

        Assert.Equal(lines, Executable.Do("log", "read", _folder.Data, "t").OutputBytes);
        Executable.Do("log", "verify", _folder.Data);
    }

    [Fact]
    public void A_line_that_no_record_can_hold_is_refused_and_those_before_it_are_kept()
    {
        byte[] lines = new byte[(64 << 20) + 100];
        Array.Fill(lines, (byte)'x');
        "first\n"u8.CopyTo(lines);

        Outcome outcome = Executable.Run(lines, "log", "append", _folder.Data, "t").Failed("input-invalid");

        Assert.Contains("Line 2", outcome.Errors, StringComparison.Ordinal);
        Assert.Equal("first\n", Executable.Do("log", "read", _folder.Data, "t").Output);
    }

    [Fact]
    public void The_key_is_what_stands_before_the_first_delimiter()
    {
        Executable.Run("a\t\t1\tx\n\t\t2\n", "log", "append", _folder.Data, "t", "--key-delimiter", "\\t\\t").Succeeded();

        var records = Executable.Do("log", "read", _folder.Data, "t", "--output", "json").Json;
        Assert.Equal(["a", ""], records.Select(record => record.GetProperty("key").GetString()));
        Assert.Equal(["1\tx", "2"], records.Select(record => record.GetProperty("value").GetString()));
    }

    [Fact]
    public void A_line_without_a_delimiter_is_named_and_nothing_from_it_on_is_appended()
    {
        Outcome outcome = Executable.Run("a:1\nb:2\nbad\nc:3\n", "log", "append", _folder.Data, "t", "--key-delimiter=:").Failed("input-invalid");

        Assert.Contains("Line 3", outcome.Errors, StringComparison.Ordinal);
        Assert.Equal("1\n2\n", Executable.Do("log", "read", _folder.Data, "t").Output);
    }

    [Fact]
    public void Options_of_an_existing_log_must_agree_with_it()
    {
        Executable.Do("log", "create", _folder.Data, "t", "--cleanup", "compact");

        Executable.Run("a\n", "log", "append", _folder.Data, "t", "--cleanup", "delete").Failed("log-exists");
        Executable.Run("a\n", "log", "append", _folder.Data, "t", "--cleanup", "compact").Succeeded();
        Executable.Run([], "log", "create", _folder.Data, "t").Failed("log-exists");
    }

    [Fact]
    public void Every_record_is_acknowledged_once_and_in_order()
    {
        string lines = string.Concat(Enumerable.Range(0, 30_000).Select(number => $"{number}\n"));

        Outcome first = Executable.Run(lines, "log", "append", _folder.Data, "t", "--acks", "--batch", "70").Succeeded();
        Outcome second = Executable.Run("a\nb\n", "log", "append", _folder.Data, "t", "--acks", "--output", "json").Succeeded();

        Assert.Equal(lines, first.Output);
        Assert.Equal("{\"offset\":30000}\n{\"offset\":30001}\n", second.Output);
    }

    [Fact]
    public void When_acknowledging_fails_the_message_counts_everything_that_is_in_the_log()
    {
        string lines = string.Concat(Enumerable.Range(0, 300_000).Select(number => $"{number}\n"));
        File.WriteAllText(Path.Combine(_folder.Root, "lines"), lines);

        using Process shell = Executable.StartProgram(
            "bash", "-c", "\"$0\" log append \"$1\" t --acks --batch 50 < \"$2\" > /dev/full", Executable.Path, _folder.Data, Path.Combine(_folder.Root, "lines"));
        string errors = shell.StandardError.ReadToEnd();
        Executable.End(shell);

        int end = Executable.Do("log", "list", _folder.Data, "--output", "json").Json[0].GetProperty("end").GetInt32();
        Assert.Contains("duramen: output-failed: ", errors, StringComparison.Ordinal);
        Assert.Contains($"appended {end} records, offsets 0 to {end - 1}.\n", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_goes_to_standard_output_unless_acknowledgements_are_asked_for()
    {
        Outcome outcome = Executable.Run("a\n", "log", "append", _folder.Data, "t").Succeeded();

        Assert.Empty(outcome.Output);
        Assert.Empty(outcome.Errors);
    }

    private static byte[] AnyLines(int seed, int count)
    {
        var random = new Random(seed);
        var lines = new MemoryStream();
        for (int line = 0; line < count; line++)
        {
            byte[] bytes = new byte[random.Next(4) == 0 ? random.Next(3) : random.Next(400)];
            random.NextBytes(bytes);
            bytes.AsSpan().Replace((byte)'\n', (byte)0);
            lines.Write(bytes);
            lines.WriteByte((byte)'\n');
        }

        return lines.ToArray();
    }
}
