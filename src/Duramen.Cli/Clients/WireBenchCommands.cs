using Duramen.Cli.Bench;
using Duramen.Cli.Commands;
using Duramen.Cli.Parsing;
using Duramen.Client;

namespace Duramen.Cli.Clients;

/// <summary>The commands that measure a server through its own client.</summary>
internal static class WireBenchCommands
{
    private const double Mebi = 1 << 20;
    private const long DefaultSizeBytes = 100L << 20;

    private static readonly CommandOption RecordBytes = new("--record-bytes", "BYTES", "the size of each value (default 100)", new(1, 1_000_000));
    private static readonly CommandOption Partitions = new("--partitions", "N", "partitions of the topic (default 1)", new(1, 10_000));
    private static readonly CommandOption Records = new("--records", "N", "records in each run (default 2000)", new(1, 10_000_000));
    private static readonly CommandOption Rate = new("--rate", "N", "records a second; without it each waits for the one before", new(1, 1_000_000));

    public static Command Produce { get; } = new()
    {
        Name = "bench produce",
        Summary = "Measure how fast records are acknowledged over the wire",
        Description = "An idempotent producer, all replicas, batches of 256 KiB. Makes a topic for each run and deletes it afterwards. Start the server first.",
        Arguments = [],
        Options = [BenchSession.Runs, BenchSession.Size, RecordBytes, Partitions, FolderSession.Output, ClientSession.Bootstrap, ClientSession.Tls],
        Examples = ["duramen bench produce", "duramen bench produce --record-bytes 1024 --size 1073741824 --runs 3"],
        Run = (input, interrupted) => RunAsync(input, measuresConsuming: false, interrupted),
    };

    public static Command Consume { get; } = new()
    {
        Name = "bench consume",
        Summary = "Measure how fast records are read over the wire",
        Description = "Every checksum is verified and every record decoded. Makes a topic for each run and deletes it afterwards. Start the server first.",
        Arguments = [],
        Options = [BenchSession.Runs, BenchSession.Size, RecordBytes, Partitions, FolderSession.Output, ClientSession.Bootstrap, ClientSession.Tls],
        Examples = ["duramen bench consume", "duramen bench consume --record-bytes 1024 --partitions 8"],
        Run = (input, interrupted) => RunAsync(input, measuresConsuming: true, interrupted),
    };

    public static Command Latency { get; } = new()
    {
        Name = "bench latency",
        Summary = "Measure how long one record takes over the wire",
        Description = "One record after the other, or so many a second: until it is acknowledged by all replicas, and until a consumer that waits has it. A first run is not counted. Start the server first.",
        Arguments = [],
        Options = [BenchSession.Runs, Records, RecordBytes, Rate, FolderSession.Output, ClientSession.Bootstrap, ClientSession.Tls],
        Examples = ["duramen bench latency", "duramen bench latency --records 10000 --rate 1000"],
        Run = RunLatencyAsync,
    };

    private static async Task<int> RunAsync(CommandInput input, bool measuresConsuming, CancellationToken interrupted)
    {
        int recordBytes = (int)(input.Number(RecordBytes) ?? 100);
        int partitions = (int)(input.Number(Partitions) ?? 1);
        using BenchSession session = BenchSession.BeginRemote(input, DefaultSizeBytes);
        long records = Math.Max(1, session.SizeBytes / recordBytes);
        string what = FormattableString.Invariant($"{(measuresConsuming ? "consume" : "produce")}, {recordBytes}-byte values");
        var rate = new BenchFigure(what, "records/s");
        var bytes = new BenchFigure($"{what}, values only", "MiB/s");
        await using KafkaClient client = ClientSession.Open(input);
        for (int run = 0; run < session.RunCount; run++)
        {
            double perSecond = await InTopicAsync(client, partitions, async bench =>
            {
                double seconds = await bench.ProduceAsync(records, recordBytes, interrupted).ConfigureAwait(false);
                return records / (measuresConsuming ? await bench.ConsumeAsync(partitions, records, interrupted).ConfigureAwait(false) : seconds);
            }, interrupted).ConfigureAwait(false);
            rate.Add(perSecond);
            bytes.Add(perSecond * recordBytes / Mebi);
        }

        session.Add(rate, bytes);
        session.Print();
        return CommandRunner.Done;
    }

    private static async Task<int> RunLatencyAsync(CommandInput input, CancellationToken interrupted)
    {
        int recordBytes = (int)(input.Number(RecordBytes) ?? 100);
        int records = (int)(input.Number(Records) ?? 2_000);
        int rate = (int)(input.Number(Rate) ?? 0);
        using BenchSession session = BenchSession.BeginRemote(input, 0);
        (string Name, double Part)[] parts = [("p50", 0.5), ("p99", 0.99)];
        BenchFigure[] acknowledged = Array.ConvertAll(parts, static part => new BenchFigure($"acknowledged, {part.Name}", "ms"));
        BenchFigure[] received = Array.ConvertAll(parts, static part => new BenchFigure($"received, {part.Name}", "ms"));
        await using KafkaClient client = ClientSession.Open(input);
        for (int run = -1; run < session.RunCount; run++)
        {
            (Samples Acknowledged, Samples Received) samples = await InTopicAsync(client, 1, bench => bench.LatencyAsync(records, recordBytes, rate, interrupted), interrupted).ConfigureAwait(false);
            for (int part = 0; run >= 0 && part < parts.Length; part++)
            {
                acknowledged[part].Add(samples.Acknowledged.PercentileMs(parts[part].Part));
                received[part].Add(samples.Received.PercentileMs(parts[part].Part));
            }
        }

        session.Add([.. acknowledged, .. received]);

        session.Print();
        return CommandRunner.Done;
    }

    private static async Task<T> InTopicAsync<T>(KafkaClient client, int partitions, Func<WireBench, Task<T>> measure, CancellationToken interrupted)
    {
        var bench = new WireBench(client, $"duramen-bench-{Guid.NewGuid():N}");
        await bench.CreateAsync(partitions, interrupted).ConfigureAwait(false);
        try
        {
            return await measure(bench).ConfigureAwait(false);
        }
        finally
        {
            await bench.DeleteAsync().ConfigureAwait(false);
        }
    }
}
