using System.Diagnostics;
using System.Globalization;
using Duramen.Cli.Commands;
using Duramen.Cli.Parsing;
using Duramen.Storage.Folders;

namespace Duramen.Cli.Bench;

/// <summary>The commands that measure. Every figure stands beside what a plain program does on the same machine in the same run.</summary>
internal static class BenchCommands
{
    // Set for the process that the recovery benchmark starts to have it die in the middle of its work.
    private const string DieVariable = "DURAMEN_BENCH_DIE_AFTER_BYTES";
    private const double Mebi = 1 << 20;

    private static readonly CommandOption[] CommonOptions = [BenchSession.Folder, BenchSession.Runs, BenchSession.Size, FolderSession.Output];
    private static readonly CommandOption Logs = new("--logs", "N", "logs to spread the records over (default 1000)", new(1, 100_000));
    private static readonly CommandOption Seconds = new("--seconds", "N", "how long each measurement of waiting writers lasts (default 5)", new(1, 3600));

    public static Command Append { get; } = new()
    {
        Name = "bench append",
        Summary = "Measure how fast records become durable",
        Description =
            "One writer of 1 MiB batches of 1 KiB records; then 1, 256 and 1000 writers that each wait for a single 100-byte record; then the\n"
            + "processor time of the pipeline without a disk. Beside it: a plain file that grows by the same blocks with an fdatasync after each.",
        Arguments = [],
        Options = [.. CommonOptions, Seconds],
        Examples = ["duramen bench append", "duramen bench append --folder bench-data --size 1073741824 --runs 3"],
        Run = RunAppendAsync,
    };

    public static Command Replay { get; } = new()
    {
        Name = "bench replay",
        Summary = "Measure how fast a log is read back with every checksum verified",
        Description = "Reads a log from the page cache. Beside it: a plain read of the same segment file in blocks of 1 MiB with a CRC-32C of each.",
        Arguments = [],
        Options = CommonOptions,
        Examples = ["duramen bench replay", "duramen bench replay --size 4294967296 --output json"],
        Run = RunReplayAsync,
    };

    public static Command Recover { get; } = new()
    {
        Name = "bench recover",
        Summary = "Measure how long a folder takes to open, after a clean stop and after a kill",
        Arguments = [],
        Options = [.. CommonOptions, Logs],
        Examples = ["duramen bench recover", "duramen bench recover --size 1073741824 --logs 100"],
        Run = RunRecoverAsync,
    };

    public static Command Compact { get; } = new()
    {
        Name = "bench compact",
        Summary = "Measure how fast a log is compacted",
        Description = "A log of 100-byte records whose keys repeat five times on average, and one whose keys are all different, with 128 MiB for the key map.",
        Arguments = [],
        Options = CommonOptions,
        Examples = ["duramen bench compact", "duramen bench compact --size 268435456 --runs 1"],
        Run = RunCompactAsync,
    };

    public static Command Delete { get; } = new()
    {
        Name = "bench delete",
        Summary = "Measure what appends see while a large log is deleted",
        Description =
            "One writer that waits for each 100-byte record, while a log of SIZE is deleted from the same folder. Beside it: a plain file that grows by 4 KiB\n"
            + "with an fdatasync after each block, while plain files of 1 GiB and the same size together are deleted.",
        Arguments = [],
        Options = CommonOptions,
        Examples = ["duramen bench delete", "duramen bench delete --size 1073741824 --runs 3"],
        Run = RunDeleteAsync,
    };

    private static async Task<int> RunAppendAsync(CommandInput input, CancellationToken interrupted)
    {
        using BenchSession session = BenchSession.Begin(input, 4L << 30);
        double seconds = input.Number(Seconds) ?? 5;
        var large = new BenchFigure("1 MiB batches of 1 KiB records, one writer", "MiB/s", "ratio at least 0.8");
        for (int run = 0; run < session.RunCount; run++)
        {
            interrupted.ThrowIfCancellationRequested();
            (Samples log, Samples plain) = await AppendBench.LargeAsync(BenchSession.Disk, session.Path, 1024, 1 << 20, session.SizeBytes).ConfigureAwait(false);
            large.Add(session.SizeBytes / Mebi / log.Seconds, session.SizeBytes / Mebi / plain.Seconds);
        }

        session.Add(large);
        foreach ((int writers, int logs) in new[] { (1, 1), (256, 1), (1000, 1000) })
        {
            await RunWritersAsync(session, writers, logs, seconds, interrupted).ConfigureAwait(false);
        }

        var pipeline = new BenchFigure("processor time of a 100-byte record in batches of 100, no disk", "ns", "at most 250");
        for (int run = 0; run < session.RunCount; run++)
        {
            pipeline.Add(await AppendBench.PipelineAsync(100, 100, 5_000_000).ConfigureAwait(false));
        }

        session.Add(pipeline);
        session.Print();
        return CommandRunner.Done;
    }

    private static async Task RunWritersAsync(BenchSession session, int writers, int logs, double seconds, CancellationToken interrupted)
    {
        string who = FormattableString.Invariant($"{writers} {(writers == 1 ? "writer" : "writers")}, {logs} {(logs == 1 ? "log" : "logs")}");
        var latency = new BenchFigure($"{who}: p50 of an append", "ms", writers == 1 ? "ratio at most 1.0" : "ratio at most 2.5");
        var tail = new BenchFigure($"{who}: p99 of an append", "ms");
        var rate = new BenchFigure($"{who}: appends a second", "/s");
        var perSync = new BenchFigure($"{who}: appends per sync", "", writers == 1 ? "" : "at least 100");
        byte[] block = new byte[4096];
        for (int run = 0; run < session.RunCount; run++)
        {
            interrupted.ThrowIfCancellationRequested();
            Samples synced = Baseline.GrowingSyncedWrites(BenchSession.Disk, $"{session.Path}/plain", block, 2000 * block.Length);
            (Samples samples, JournalStatistics journal) =
                await AppendBench.ConcurrentAsync(BenchSession.Disk, session.Path, 100, writers, logs, TimeSpan.FromSeconds(seconds)).ConfigureAwait(false);
            latency.Add(samples.PercentileMs(0.5), synced.PercentileMs(0.5));
            tail.Add(samples.PercentileMs(0.99), synced.PercentileMs(0.99));
            rate.Add(samples.PerSecond);
            perSync.Add((double)journal.OperationsSynced / journal.GroupsSynced);
        }

        session.Add(latency, tail, rate, perSync);
    }

    private static async Task<int> RunReplayAsync(CommandInput input, CancellationToken interrupted)
    {
        using BenchSession session = BenchSession.Begin(input, 1L << 30);
        foreach ((string name, int batchBytes) in new[] { ("1 MiB", 1 << 20), ("16 KiB", 16 << 10), ("1 KiB", 1100) })
        {
            interrupted.ThrowIfCancellationRequested();
            var batches = new BenchFigure($"replay of {name} batches", "MiB/s", "ratio at least 0.6");
            var records = new BenchFigure($"replay of {name} batches, every record decoded", "MiB/s");
            await ReplayBench.RunAsync(session, 1024, batchBytes, batches, records).ConfigureAwait(false);
            session.Add(batches, records);
        }

        session.Print();
        return CommandRunner.Done;
    }

    private static async Task<int> RunRecoverAsync(CommandInput input, CancellationToken interrupted)
    {
        if (Environment.GetEnvironmentVariable(DieVariable) is string bytes)
        {
            await RecoverBench.LoadAndDieAsync(
                BenchSession.Disk, input.Text(BenchSession.Folder.Name)!, long.Parse(bytes, CultureInfo.InvariantCulture)).ConfigureAwait(false);
        }

        using BenchSession session = BenchSession.Begin(input, 10L << 30);
        int logs = (int)(input.Number(Logs) ?? 1000);
        string folder = $"{session.Path}/recover";
        await RecoverBench.FillAsync(BenchSession.Disk, folder, logs, session.SizeBytes).ConfigureAwait(false);
        string size = FormattableString.Invariant($"{logs} logs with {BenchRow.Format(session.SizeBytes / Mebi)} MiB");
        var clean = new BenchFigure($"opening {size} after a clean stop", "ms", "under 300");
        var killed = new BenchFigure($"opening {size} after kill -9 with 128 MiB journaled", "ms", "under 2000");
        for (int run = 0; run < session.RunCount; run++)
        {
            interrupted.ThrowIfCancellationRequested();
            clean.Add(await RecoverBench.OpenAsync(BenchSession.Disk, folder).ConfigureAwait(false));
            var start = new ProcessStartInfo(Environment.ProcessPath!, ["bench", "recover", "--folder", folder]);
            start.Environment[DieVariable] = (128L << 20).ToString(CultureInfo.InvariantCulture);
            using (Process child = Process.Start(start)!)
            {
                await child.WaitForExitAsync(interrupted).ConfigureAwait(false);
            }

            killed.Add(await RecoverBench.OpenAsync(BenchSession.Disk, folder).ConfigureAwait(false));
        }

        session.Add(clean, killed);
        session.Print();
        return CommandRunner.Done;
    }

    private static async Task<int> RunDeleteAsync(CommandInput input, CancellationToken interrupted)
    {
        using BenchSession session = BenchSession.Begin(input, 4L << 30);
        string size = FormattableString.Invariant($"{BenchRow.Format(session.SizeBytes / Mebi)} MiB");
        BenchFigure[] quiet = [new("p99 of an append, nothing deleted", "ms"), new("longest append, nothing deleted", "ms")];
        BenchFigure[] busy = [new($"p99 of an append while {size} are deleted", "ms"), new($"longest append while {size} are deleted", "ms", "ratio at most 0.5")];
        double[] parts = [0.99, 1];
        for (int run = 0; run < session.RunCount; run++)
        {
            interrupted.ThrowIfCancellationRequested();
            (Samples before, Samples during) plain = DeleteBench.Plain(BenchSession.Disk, $"{session.Path}/plain", session.SizeBytes);
            (Samples before, Samples during) log = await DeleteBench.LogAsync(BenchSession.Disk, $"{session.Path}/log", session.SizeBytes).ConfigureAwait(false);
            for (int part = 0; part < parts.Length; part++)
            {
                quiet[part].Add(log.before.PercentileMs(parts[part]), plain.before.PercentileMs(parts[part]));
                busy[part].Add(log.during.PercentileMs(parts[part]), plain.during.PercentileMs(parts[part]));
            }
        }

        session.Add([.. quiet, .. busy]);
        session.Print();
        return CommandRunner.Done;
    }

    private static async Task<int> RunCompactAsync(CommandInput input, CancellationToken interrupted)
    {
        using BenchSession session = BenchSession.Begin(input, 1L << 30);
        foreach ((string name, int repeats) in new[] { ("keys that repeat five times", 5), ("keys all different", 1) })
        {
            var rate = new BenchFigure($"compaction, {name}", "MB/s of input", "at least 100");
            var memory = new BenchFigure($"compaction, {name}: working set above the start", "MiB", "128 and buffers");
            for (int run = 0; run < session.RunCount; run++)
            {
                interrupted.ThrowIfCancellationRequested();
                (double bytesPerSecond, double mebibytes) =
                    await CompactBench.RunAsync(BenchSession.Disk, $"{session.Path}/compact", session.SizeBytes, repeats, interrupted).ConfigureAwait(false);
                rate.Add(bytesPerSecond / 1e6);
                memory.Add(mebibytes);
            }

            session.Add(rate, memory);
        }

        session.Print();
        return CommandRunner.Done;
    }
}
