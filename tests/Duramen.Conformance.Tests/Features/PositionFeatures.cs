using Duramen.Conformance.Tests.Drivers;

namespace Duramen.Conformance.Tests.Features;

/// <summary>Reading starts where it is asked to.</summary>
internal static class PositionFeatures
{
    private const string Area = "Positions";
    private const long Time = 1_600_000_000_000;

    public static IReadOnlyList<Feature> All { get; } =
    [
        new(Area, "from the earliest record", trial => FromAsync(trial, StartPosition.Earliest, first: 0)),
        new(Area, "from an offset", trial => FromAsync(trial, new StartPosition { Offset = 7 }, first: 7)),
        new(Area, "from a time", trial => FromAsync(trial, new StartPosition { Time = Time + 45 }, first: 5, timestamps: true)),
        new(Area, "from a time after the last record", trial => FromAsync(trial, new StartPosition { Time = Time + 100_000 }, first: 10, timestamps: true)),
        new(Area, "from the latest record", FromLatestAsync),
        new(Area, "the end of a partition is seen", EndAsync),
    ];

    private static async Task FromAsync(Trial trial, StartPosition start, int first, bool timestamps = false)
    {
        // Nothing is too old: the timestamps are those of the producer.
        await trial.View.CreateTopicAsync(trial.Topic, 1, ("retention.ms", "-1"));
        // Not every client can produce with timestamps of its own, and it is the reading that is looked at.
        IReadOnlyList<SentRecord> records = [.. Trial.Numbered(0, 10).Select((record, number) => timestamps ? record with { Timestamp = Time + (number * 10) } : record)];
        RealClient producer = timestamps ? RealClients.Find("confluent-kafka") : trial.Client;
        IReadOnlyList<DriverLine> sent = await trial.Start(producer, trial.Ask("produce") with { Records = records }).ReadToEndAsync();
        Assert.DoesNotContain(sent, line => line.Error is not null);
        IReadOnlyList<DriverLine> read = await trial.ReadAsync(start, 0);
        Assert.Equal(Enumerable.Range(first, 10 - first).Select(number => (long?)number), read.Select(record => record.Offset));
        Assert.Equal(Enumerable.Range(first, 10 - first).Select(number => $"key-{number}"), read.Select(record => record.Key));
    }

    private static async Task FromLatestAsync(Trial trial)
    {
        await trial.View.CreateTopicAsync(trial.Topic);
        await trial.ProduceAsync(Trial.Numbered(0, 5));
        DriverProcess reader = trial.Start(trial.Ask("consume") with { Start = StartPosition.Latest, PartitionList = [0], Count = 1 });
        await reader.ExpectAsync(line => line.Eof == 0, "the end");
        await trial.ProduceAsync(Trial.Numbered(5, 1));
        await reader.ExpectRecordsAsync(1);
        DriverLine only = Assert.Single(await reader.ReadToEndAsync(), line => line.IsRecord);
        Assert.Equal(("key-5", 5L), (only.Key, only.Offset));
    }

    private static async Task EndAsync(Trial trial)
    {
        await trial.View.CreateTopicAsync(trial.Topic, partitions: 2);
        await trial.ProduceAsync(Trial.Numbered(0, 3));
        IReadOnlyList<DriverLine> lines = await trial.DoAsync(trial.Ask("consume") with { Start = StartPosition.Earliest, PartitionList = [0, 1] });
        Assert.Equal([(0, 3L), (1, 0L)], lines.Where(line => line.Eof is not null).Select(line => (line.Eof!.Value, line.Offset!.Value)).Order());
    }
}
