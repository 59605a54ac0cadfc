using Duramen.Cli.Commands;
using Duramen.Cli.Parsing;
using Duramen.State.Keyframes;
using Duramen.State.Machines;
using Duramen.Storage;
using Duramen.Storage.Folders;
using Duramen.Storage.Logs;

namespace Duramen.Cli.Bench;

/// <summary>The command that measures machines and their keyframes.</summary>
internal static class MachineBenchCommand
{
    private const int Callers = 16;
    private const int RoundsBefore = 4;

    private static readonly long[] Behind = [0, 10_000, 100_000, 1_000_000];

    private static readonly CommandOption Keys = new("--keys", "N", "keys in the state of the machine (default 1000000)", new(1, 100_000_000));

    private static readonly CommandOption Seconds = new("--seconds", "N", "how long each measurement of waiting callers lasts (default 5)", new(1, 3600));

    public static Command Command { get; } = new()
    {
        Name = "bench machine",
        Summary = "Measure how long a state machine takes to open, and what its callers notice when its state is kept",
        Description =
            "A log in which every key of the state was set four times, with values of 92 bytes. The machine is opened from a keyframe with more and more records behind it, and\n"
            + "from all of the log. Then 16 callers set keys and wait for their replies while one keyframe after the other is written, beside the same without keyframes;\n"
            + "before each, as many append to a log without a machine, which is what disk and log take.",
        Arguments = [],
        Options = [BenchSession.Folder, BenchSession.Runs, Keys, Seconds, FolderSession.Output],
        Examples = ["duramen bench machine", "duramen bench machine --keys 100000 --runs 3"],
        Run = RunAsync,
    };

    private static async Task<int> RunAsync(CommandInput input, CancellationToken interrupted)
    {
        using BenchSession session = BenchSession.Begin(input, 0);
        long keys = input.Number(Keys) ?? 1_000_000;
        var duration = TimeSpan.FromSeconds(input.Number(Seconds) ?? 5);
        var options = new StorageOptions { MaintenanceInterval = TimeSpan.Zero };
        await using DataFolder folder = await DataFolder.OpenAsync(BenchSession.Disk, $"{session.Path}/log", options).ConfigureAwait(false);
        DiskLog log = await folder.CreateLogAsync("machine").ConfigureAwait(false);
        await MachineBench.FillAsync(log, RoundsBefore * keys, keys).ConfigureAwait(false);
        var kept = new KeyframeFolder(BenchSession.Disk, $"{session.Path}/keyframes", "registers", 1, log.Id);
        await MeasureOpeningsAsync(session, log, keys, kept, interrupted).ConfigureAwait(false);
        DiskLog plain = await folder.CreateLogAsync("plain").ConfigureAwait(false);
        await MeasureCallsAsync(session, log, plain, keys, kept, duration, interrupted).ConfigureAwait(false);
        session.Print();
        return CommandRunner.Done;
    }

    private static async Task MeasureOpeningsAsync(BenchSession session, DiskLog log, long keys, KeyframeFolder kept, CancellationToken interrupted)
    {
        // A host that folded more than an interval keeps its state as it opens.
        await MachineBench.OpenAsync(log, keys, new MachineKeyframes(kept, 1)).ConfigureAwait(false);
        long appended = 0;
        foreach (long behind in Behind)
        {
            await MachineBench.FillAsync(log, behind - appended, keys).ConfigureAwait(false);
            appended = behind;
            string what = FormattableString.Invariant($"opening {keys:N0} keys from a keyframe with {behind:N0} records behind it");
            var opening = new BenchFigure(what, "ms", "in proportion to the records");
            await MeasureOpeningAsync(session, opening, log, keys, new MachineKeyframes(kept, long.MaxValue), interrupted).ConfigureAwait(false);
        }

        var replaying = new BenchFigure(FormattableString.Invariant($"opening {keys:N0} keys from all {log.Watermarks.End.Value:N0} records"), "ms");
        await MeasureOpeningAsync(session, replaying, log, keys, null, interrupted).ConfigureAwait(false);
    }

    private static async Task MeasureOpeningAsync(
        BenchSession session, BenchFigure figure, DiskLog log, long keys, MachineKeyframes? keyframes, CancellationToken interrupted)
    {
        for (int run = 0; run < session.RunCount; run++)
        {
            interrupted.ThrowIfCancellationRequested();
            figure.Add(await MachineBench.OpenAsync(log, keys, keyframes).ConfigureAwait(false));
        }

        session.Add(figure);
    }

    private static async Task MeasureCallsAsync(
        BenchSession session, DiskLog log, DiskLog plain, long keys, KeyframeFolder kept, TimeSpan duration, CancellationToken interrupted)
    {
        string who = FormattableString.Invariant($"{Callers} callers of {keys:N0} keys while keyframes are written, beside none");
        var longest = new BenchFigure($"{who}: the longest call", "ms", "20");
        var pause = new BenchFigure("the same: the longest pause of the collector", "ms");
        var longestPlain = new BenchFigure($"{Callers} callers of the log alone: the longest append", "ms");
        var tail = new BenchFigure($"{who}: p99 of a call", "ms");
        var median = new BenchFigure($"{who}: p50 of a call", "ms");
        var rate = new BenchFigure($"{who}: calls a second", "/s");
        var keyframes = new BenchFigure("keyframes written meanwhile", "");
        for (int run = 0; run < session.RunCount; run++)
        {
            interrupted.ThrowIfCancellationRequested();
            MachineCalls appends = await MachineBench.AppendAsync(plain, keys, Callers, duration).ConfigureAwait(false);
            (MachineCalls without, _) = await MachineBench.CallAsync(log, keys, Callers, duration, new MachineKeyframes(kept, long.MaxValue)).ConfigureAwait(false);
            (MachineCalls beside, int count) = await MachineBench.CallAsync(log, keys, Callers, duration, new MachineKeyframes(kept, 1)).ConfigureAwait(false);
            longest.Add(beside.LongestMs, without.LongestMs);
            pause.Add(beside.LongestPauseMs, without.LongestPauseMs);
            longestPlain.Add(appends.LongestMs);
            tail.Add(beside.Samples.PercentileMs(0.99), without.Samples.PercentileMs(0.99));
            median.Add(beside.Samples.PercentileMs(0.5), without.Samples.PercentileMs(0.5));
            rate.Add(beside.Samples.PerSecond, without.Samples.PerSecond);
            keyframes.Add(count);
        }

        session.Add(longest, pause, longestPlain, tail, median, rate, keyframes);
    }
}
