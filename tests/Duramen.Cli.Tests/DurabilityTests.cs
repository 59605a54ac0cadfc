using System.Diagnostics;
using System.Globalization;
using System.Text;
using Xunit;

namespace Duramen.Cli.Tests;

public sealed class DurabilityTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_acknowledged_record_is_there_after_the_process_was_killed()
    {
        long expected = 0;
        for (int round = 0; round < 5; round++)
        {
            long acknowledged = await AppendUntilKilled(from: expected, acknowledgements: 2_000 + (round * 1_500));

            string[] records = Executable.Do("log", "read", _folder.Data, "t").Lines;
            Assert.True(records.Length > acknowledged, $"round {round}: offset {acknowledged} was acknowledged, the log has {records.Length} records");
            for (int offset = 0; offset < records.Length; offset++)
            {
                Assert.Equal(LineOf(offset), records[offset]);
            }

            expected = records.Length;
        }

        Executable.Do("log", "verify", _folder.Data);
    }

    [Fact]
    public void A_record_is_acknowledged_while_the_input_is_idle()
    {
        using Process append = Executable.Start("log", "append", _folder.Data, "t", "--acks");
        for (int offset = 0; offset < 3; offset++)
        {
            append.StandardInput.Write("line\n");
            append.StandardInput.Flush();
            Assert.Equal(offset.ToString(CultureInfo.InvariantCulture), append.StandardOutput.ReadLine());
        }

        append.StandardInput.Close();
        Executable.End(append);
        Assert.Equal(0, append.ExitCode);
    }

    [Theory]
    [InlineData("-INT", 130)]
    [InlineData("-TERM", 143)]
    public void An_interrupted_append_finishes_what_was_begun(string signal, int exitCode)
    {
        using Process append = Executable.Start("log", "append", _folder.Data, "t", "--acks");
        append.StandardInput.Write("one\ntwo\nhalf");
        append.StandardInput.Flush();
        Assert.Equal("0", append.StandardOutput.ReadLine());
        Assert.Equal("1", append.StandardOutput.ReadLine());

        Executable.Signal(append, signal);
        Executable.End(append);

        Assert.Equal(exitCode, append.ExitCode);
        Assert.Equal("one\ntwo\n", Executable.Do("log", "read", _folder.Data, "t").Output);
    }

    [Fact]
    public void An_append_whose_acknowledgements_nobody_reads_any_more_fails()
    {
        using Process append = Executable.Start("log", "append", _folder.Data, "t", "--acks");
        append.StandardInput.Write("one\n");
        append.StandardInput.Flush();
        Assert.Equal("0", append.StandardOutput.ReadLine());
        append.StandardOutput.Close();
        append.StandardInput.Write("two\n");
        append.StandardInput.Flush();

        Executable.End(append);
        Assert.Equal(1, append.ExitCode);
        Assert.Contains("output-failed", append.StandardError.ReadToEnd(), StringComparison.Ordinal);
    }

    private static string LineOf(long number) => string.Create(CultureInfo.InvariantCulture, $"record {number}");

    // Returns the last offset that was acknowledged.
    private async Task<long> AppendUntilKilled(long from, int acknowledgements)
    {
        using Process append = Executable.Start("log", "append", _folder.Data, "t", "--acks", "--batch", "40", "--segment-bytes", "100000");
        Task feeding = Task.Run(() => Feed(append, from));
        long last = from - 1;
        while (last < from + acknowledgements && append.StandardOutput.ReadLine() is string line)
        {
            Assert.Equal(last + 1, long.Parse(line, CultureInfo.InvariantCulture));
            last++;
        }

        append.Kill();
        Executable.End(append);
        while (append.StandardOutput.ReadLine() is string line)
        {
            // A line may be cut where the process died; a whole one ends in LF, which ReadLine does not show, so only what continues counts.
            if (long.TryParse(line, CultureInfo.InvariantCulture, out long offset) && offset == last + 1)
            {
                last = offset;
            }
        }

        await feeding;
        return last;
    }

    private static void Feed(Process append, long from)
    {
        try
        {
            for (long number = from; ; number++)
            {
                append.StandardInput.BaseStream.Write(Encoding.ASCII.GetBytes(LineOf(number) + "\n"));
            }
        }
        catch (IOException)
        {
            // The process was killed.
        }
    }
}
