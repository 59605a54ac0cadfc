using System.Diagnostics;
using Duramen.Cli.Commands;
using Duramen.Cli.Parsing;
using Duramen.Log;
using Duramen.State.Entities;
using Duramen.Storage;
using Duramen.Storage.Folders;

namespace Duramen.Cli.Bench;

/// <summary>The command that measures entities.</summary>
internal static class EntityBenchCommand
{
    private const int RecordsPerEntity = 20;
    private const int Producers = 8;

    // Plain and conditional appends take turns within a run, so that both meet the same moments of a machine that others use too.
    private const int TurnsPerRun = 10;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    private static readonly CommandOption Seconds = new("--seconds", "N", "how long writers append in each run, and as long those beside them (default 2)", new(1, 3600));

    private static readonly CommandOption Writers = new("--writers", "N", "only measure the appends of so many writers", new(1, 10_000));

    public static Command Command { get; } = new()
    {
        Name = "bench entity",
        Summary = "Measure how fast records are appended to entities at an expected version, and how fast entities are read",
        Description =
            "Writers that each wait for a 100-byte record to be appended to an entity at the version that it has, in turns with as many that append the same records\n"
            + "without a condition; then 16 of them beside 8 producers of batches. Then a log with twenty records for each entity is indexed and entities are read: some\n"
            + "again and again, which is called warm, and entities at random.",
        Arguments = [],
        Options = [BenchSession.Folder, BenchSession.Runs, BenchSession.Size, Seconds, Writers, FolderSession.Output],
        Examples = ["duramen bench entity", "duramen bench entity --size 100000000 --runs 3"],
        Run = RunAsync,
    };

    private static async Task<int> RunAsync(CommandInput input, CancellationToken interrupted)
    {
        using BenchSession session = BenchSession.Begin(input, 2_000_000_000);
        var duration = TimeSpan.FromSeconds(input.Number(Seconds) ?? 2);
        var options = new StorageOptions { MaintenanceInterval = TimeSpan.Zero };
        await using DataFolder folder = await DataFolder.OpenAsync(BenchSession.Disk, $"{session.Path}/log", options).ConfigureAwait(false);
        long? only = input.Number(Writers);
        foreach (int writers in only is long chosen ? (int[])[(int)chosen] : [1, 16, 256])
        {
            await MeasureAppendsAsync(session, folder, writers, duration, interrupted).ConfigureAwait(false);
        }

        if (only is null)
        {
            await MeasureContentionAsync(session, folder, duration, interrupted).ConfigureAwait(false);
            await MeasureReadsAsync(session, folder, interrupted).ConfigureAwait(false);
        }

        session.Print();
        return CommandRunner.Done;
    }

    private static async Task MeasureAppendsAsync(BenchSession session, DataFolder folder, int writers, TimeSpan duration, CancellationToken interrupted)
    {
        ILog plain = await folder.CreateLogAsync($"plain {writers}").ConfigureAwait(false);
        ILog log = await folder.CreateLogAsync($"entities {writers}").ConfigureAwait(false);
        await using EntityLog entities = EntityLog.Open(BenchSession.Disk, $"{session.Path}/entities {writers}", log);
        BenchCallers plainly = EntityBench.Plain(plain, writers);
        BenchCallers expecting = EntityBench.Expected(entities, writers);

        // What the index still has to do is part of the price.
        async ValueTask CatchUp() => await entities.GetVersionAsync("none", cancellationToken: interrupted).ConfigureAwait(false);
        await plainly.RunAsync(new Samples(1 << 16), WarmUp).ConfigureAwait(false);
        await expecting.RunAsync(new Samples(1 << 16), WarmUp, CatchUp).ConfigureAwait(false);
        string who = FormattableString.Invariant($"{writers} {(writers == 1 ? "writer" : "writers")}");
        var rate = new BenchFigure($"{who}: appends at an expected version", "/s", "ratio at least 0.8");
        var median = new BenchFigure($"{who}: p50 of one", "ms");
        var processorTime = new BenchFigure($"{who}: processor time of one", "µs");
        for (int run = 0; run < session.RunCount; run++)
        {
            var before = new Samples(1 << 20);
            var samples = new Samples(1 << 20);
            TimeSpan plainProcessor = default;
            TimeSpan processor = default;
            for (int turn = 0; turn < TurnsPerRun; turn++)
            {
                interrupted.ThrowIfCancellationRequested();
                TimeSpan start = Environment.CpuUsage.TotalTime;
                await plainly.RunAsync(before, duration / TurnsPerRun).ConfigureAwait(false);
                TimeSpan middle = Environment.CpuUsage.TotalTime;
                await expecting.RunAsync(samples, duration / TurnsPerRun, CatchUp).ConfigureAwait(false);
                plainProcessor += middle - start;
                processor += Environment.CpuUsage.TotalTime - middle;
            }

            rate.Add(samples.PerSecond, before.PerSecond);
            median.Add(samples.PercentileMs(0.5), before.PercentileMs(0.5));
            processorTime.Add(processor.TotalMicroseconds / samples.Count, plainProcessor.TotalMicroseconds / before.Count);
        }

        session.Add(rate, median, processorTime);
    }

    private static async Task MeasureContentionAsync(BenchSession session, DataFolder folder, TimeSpan duration, CancellationToken interrupted)
    {
        ILog log = await folder.CreateLogAsync("contended").ConfigureAwait(false);
        await using EntityLog entities = EntityLog.Open(BenchSession.Disk, $"{session.Path}/contended", log);
        await EntityBench.ContendedAsync(entities, 16, Producers, TimeSpan.FromSeconds(1)).ConfigureAwait(false);
        var rate = new BenchFigure("16 writers beside 8 producers of batches: appends at an expected version", "/s");
        var tail = new BenchFigure("the same: p99 of one", "ms");
        var foreign = new BenchFigure("the same: records of the producers", "/s");
        for (int run = 0; run < session.RunCount; run++)
        {
            interrupted.ThrowIfCancellationRequested();
            (Samples samples, double perSecond) = await EntityBench.ContendedAsync(entities, 16, Producers, duration).ConfigureAwait(false);
            rate.Add(samples.PerSecond);
            tail.Add(samples.PercentileMs(0.99));
            foreign.Add(perSecond);
        }

        session.Add(rate, tail, foreign);
    }

    private static async Task MeasureReadsAsync(BenchSession session, DataFolder folder, CancellationToken interrupted)
    {
        long count = Math.Max(1000, session.SizeBytes / EntityBench.RecordBytes / RecordsPerEntity);
        long records = count * RecordsPerEntity;
        ILog log = await folder.CreateLogAsync("read", new LogOptions { SegmentSizeBytes = 512 << 20 }).ConfigureAwait(false);
        await EntityBench.FillAsync(log, records, count).ConfigureAwait(false);
        string path = $"{session.Path}/read";
        var index = new BenchFigure("an index of a log on disk", "records/s");
        long began = Stopwatch.GetTimestamp();
        await using (EntityLog first = EntityLog.Open(BenchSession.Disk, path, log))
        {
            await first.GetVersionAsync("none", cancellationToken: interrupted).ConfigureAwait(false);
        }

        index.Add(records / Stopwatch.GetElapsedTime(began).TotalSeconds);
        session.Add(index);

        // Opened again, so that everything is read from files.
        await using EntityLog entities = EntityLog.Open(BenchSession.Disk, path, log);
        await entities.SettleAsync(interrupted).ConfigureAwait(false);
        var warm = new BenchFigure(FormattableString.Invariant($"p50 of reading an entity of 20 records among {count}, warm"), "µs", "under 150");
        var any = new BenchFigure("the same, entities at random", "µs");
        for (int run = 0; run < session.RunCount; run++)
        {
            interrupted.ThrowIfCancellationRequested();
            (double warmMicroseconds, double anyMicroseconds) = await EntityBench.ReadAsync(entities, count).ConfigureAwait(false);
            warm.Add(warmMicroseconds);
            any.Add(anyMicroseconds);
        }

        session.Add(warm, any);
    }
}
