using Duramen.Cli.Commands;
using Duramen.Cli.Parsing;
using Duramen.Log;
using Duramen.State.Tables;
using Duramen.Storage;
using Duramen.Storage.Folders;
using Duramen.Storage.Logs;

namespace Duramen.Cli.Bench;

/// <summary>The command that measures tables.</summary>
internal static class TableBenchCommand
{
    private const int RecordBytes = 100;
    private const int VersionsPerKey = 10;
    private const int SmallerBy = 100;

    public static Command Command { get; } = new()
    {
        Name = "bench table",
        Summary = "Measure how fast a log becomes a table, and how fast the table is read",
        Description =
            "A log of 100-byte records, ten for each key, is folded into a table on disk with the default budget of memory; beside it, the same log into a\n"
            + "dictionary in memory. Then keys are read, now and as of offsets at random: some keys again and again, which is called warm, and keys at random. The\n"
            + "reads of a table with a hundredth of the versions stand beside those as of an offset, both in turns. At last all keys are scanned as of half of the log.",
        Arguments = [],
        Options = [BenchSession.Folder, BenchSession.Runs, BenchSession.Size, FolderSession.Output],
        Examples = ["duramen bench table", "duramen bench table --size 100000000 --runs 3"],
        Run = RunAsync,
    };

    private static async Task<int> RunAsync(CommandInput input, CancellationToken interrupted)
    {
        using BenchSession session = BenchSession.Begin(input, 1_000_000_000);
        long records = Math.Max(SmallerBy * VersionsPerKey, session.SizeBytes / RecordBytes);
        var options = new StorageOptions { MaintenanceInterval = TimeSpan.Zero };
        await using DataFolder folder = await DataFolder.OpenAsync(BenchSession.Disk, $"{session.Path}/log", options).ConfigureAwait(false);
        ILog large = await MakeLogAsync(folder, "large", records).ConfigureAwait(false);
        ILog small = await MakeLogAsync(folder, "small", records / SmallerBy).ConfigureAwait(false);
        var figures = new Figures();
        for (int run = 0; run < session.RunCount; run++)
        {
            interrupted.ThrowIfCancellationRequested();
            double plain = await TableBench.FoldIntoDictionaryAsync(large).ConfigureAwait(false);
            (double rate, double peak) = await TableBench.BuildAsync(BenchSession.Disk, $"{session.Path}/large", large).ConfigureAwait(false);
            figures.Build.Add(rate, plain);
            figures.Peak.Add(peak);
            await TableBench.BuildAsync(BenchSession.Disk, $"{session.Path}/small", small).ConfigureAwait(false);
            await ReadAsync(session, large, small, records, figures).ConfigureAwait(false);
        }

        session.Add(figures.Build, figures.Peak, figures.Latest, figures.AsOf, figures.AnyLatest, figures.AnyAsOf, figures.Scan);
        session.Print();
        return CommandRunner.Done;
    }

    private static async Task<ILog> MakeLogAsync(DataFolder folder, string name, long records)
    {
        DiskLog log = await folder.CreateLogAsync(name, new LogOptions { SegmentSizeBytes = 512 << 20 }).ConfigureAwait(false);
        await TableBench.FillAsync(log, records, records / VersionsPerKey).ConfigureAwait(false);
        folder.Checkpoint();
        return log;
    }

    private static async Task ReadAsync(BenchSession session, ILog large, ILog small, long records, Figures figures)
    {
        // Opened again, so that everything is read from files.
        await using Table many = Table.Open(BenchSession.Disk, $"{session.Path}/large", large);
        await using Table few = Table.Open(BenchSession.Disk, $"{session.Path}/small", small);
        await many.SettleAsync().ConfigureAwait(false);
        await few.SettleAsync().ConfigureAwait(false);
        (double latest, double asOf, double smallAsOf, double anyLatest, double anyAsOf) =
            TableBench.Read(many, records / VersionsPerKey, few, records / SmallerBy / VersionsPerKey);
        figures.Latest.Add(latest);
        figures.AsOf.Add(asOf, smallAsOf);
        figures.AnyLatest.Add(anyLatest);
        figures.AnyAsOf.Add(anyAsOf);
        figures.Scan.Add(TableBench.Scan(many));
    }

    private sealed class Figures
    {
        public BenchFigure Build { get; } = new("a table of a log on disk, beside a dictionary", "records/s", "at least 400000, ratio at least 0.3");

        public BenchFigure Peak { get; } = new("working set above the start while it is made", "MiB", "256");

        public BenchFigure Latest { get; } = new("p50 of a key now, warm", "µs", "under 10");

        public BenchFigure AsOf { get; } = new("p50 of a key as of an offset, warm, beside a table of a hundredth", "µs", "under 30, ratio at most 2");

        public BenchFigure AnyLatest { get; } = new("p50 of a key now, keys at random", "µs");

        public BenchFigure AnyAsOf { get; } = new("p50 of a key as of an offset, keys at random", "µs");

        public BenchFigure Scan { get; } = new("scan of all keys as of half of the log", "keys/s", "at least 1000000");
    }
}
