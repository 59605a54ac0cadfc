using System.Collections.Concurrent;
using Duramen.Conformance.Tests.Drivers;
using Duramen.Conformance.Tests.Servers;
using Duramen.Records.Compression;

namespace Duramen.Conformance.Tests.Features;

/// <summary>What one client wrote another one reads. A topic for each codec has a partition for each client, which that client writes.</summary>
internal static class PairFeatures
{
    private const int Count = 10;

    private static readonly ConcurrentDictionary<CompressionCodec, Lazy<Task<IReadOnlyList<int>>>> Written = new();

    public static IReadOnlyList<Feature> All { get; } =
        [.. Enum.GetValues<CompressionCodec>().Select(codec => new Feature("Other clients", NameOf(codec), trial => ReadAsync(trial, codec)))];

    public static string NameOf(CompressionCodec codec) => $"reads what every other client wrote, {RecordFeatures.CodecName(codec)}";

    private static string TopicOf(CompressionCodec codec) => $"pairs-{RecordFeatures.CodecSetting(codec)}";

    private static async Task ReadAsync(Trial trial, CompressionCodec codec)
    {
        IReadOnlyList<int> writers = await Written.GetOrAdd(codec, _ => new(() => WriteAsync(trial.Server, codec))).Value;
        IReadOnlyList<DriverLine> lines = await trial.DoAsync(new DriverRequest("consume") { Topic = TopicOf(codec), Start = StartPosition.Earliest, PartitionList = [.. Enumerable.Range(0, RealClients.All.Count)] });
        foreach (int writer in writers)
        {
            Assert.Equal(
                Records(writer).Select(record => (record.Key, record.Value)),
                lines.Where(line => line.IsRecord && line.Partition == writer).Select(line => (line.Key, line.Value)));
        }

        Assert.NotEmpty(writers);
    }

    // The clients that have the codec; a client that fails to write has that in a row of its own.
    private static async Task<IReadOnlyList<int>> WriteAsync(NodeServer server, CompressionCodec codec)
    {
        await new ServerView(server.Address).CreateTopicAsync(TopicOf(codec), RealClients.All.Count);
        var writers = new List<int>();
        foreach ((int index, RealClient client) in RealClients.All.Index())
        {
            if (!client.Lacks.ContainsKey(RecordFeatures.CodecName(codec)) && !client.Deviates.ContainsKey(RecordFeatures.CodecName(codec)))
            {
                await using var trial = new Trial(client, server, TopicOf(codec));
                IReadOnlyList<DriverLine> lines = await trial.TryAsync(trial.Ask("produce") with { Records = Records(index), Codec = RecordFeatures.CodecSetting(codec) });
                if (lines.All(line => line.Error is null))
                {
                    writers.Add(index);
                }
            }
        }

        return writers;
    }

    private static IReadOnlyList<SentRecord> Records(int writer) => Trial.Numbered(writer * Count, Count, partition: writer);
}
