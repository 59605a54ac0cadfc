using System.Globalization;
using Duramen.Conformance.Tests.Drivers;
using Duramen.Conformance.Tests.Servers;
using Duramen.Records.Compression;

namespace Duramen.Conformance.Tests.Features;

/// <summary>What is in a record comes out as it went in.</summary>
internal static class RecordFeatures
{
    private const string Area = "Records";
    private const int LimitBytes = 200_000;

    // What batch and record say beside the value, at most.
    private const int OverheadBytes = 200;

    public static IReadOnlyList<Feature> All { get; } =
    [
        .. Enum.GetValues<CompressionCodec>().Select(codec => new Feature(Area, CodecName(codec), trial => CodecAsync(trial, codec))),
        new(Area, "records without key", trial => RoundTripAsync(trial, new SentRecord(null, "value") { Partition = 0 })),
        new(Area, "bytes of every value", trial => RoundTripAsync(trial, new SentRecord("key", EveryByte) { Partition = 0 })),
        new(Area, "headers", trial => RoundTripAsync(trial, new SentRecord("key", "value") { Partition = 0, Headers = [["first", "1"], ["second", ""], ["third", "3"]] })),
        new(Area, "tombstones", trial => RoundTripAsync(trial, new SentRecord("key", null) { Partition = 0 }, new SentRecord("key", "again") { Partition = 0 })),
        new(Area, "empty values", trial => RoundTripAsync(trial, new SentRecord("key", "") { Partition = 0 })),
        new(Area, "timestamps of the producer", trial => RoundTripAsync(trial, new SentRecord("key", "value") { Partition = 0, Timestamp = 1_600_000_000_123 })),
        new(Area, "timestamps of the log", LogAppendTimeAsync),
        new(Area, "acks=1", trial => AcksAsync(trial, 1)),
        new(Area, "acks=0", trial => AcksAsync(trial, 0)),
        new(Area, "a record as large as the limit", LargestAsync),
        new(Area, "a record above the limit is refused", TooLargeAsync),
        new(Area, "50 partitions", ManyPartitionsAsync),
        new(Area, "keys go to the partitions of Java clients", PartitionerAsync),
    ];

    // Without what kcat's driver puts between messages, and the line end that would make its output ambiguous to a reader of the test's own logs.
    private static string EveryByte { get; } = string.Concat(Enumerable.Range(0, 256).Where(value => value is not (0x1e or 0x1f)).Select(value => (char)value));

    public static string CodecName(CompressionCodec codec) => codec == CompressionCodec.None ? "uncompressed" : codec.ToString().ToLowerInvariant();

    /// <summary>As drivers and Kafka call it.</summary>
    public static string CodecSetting(CompressionCodec codec) => codec.ToString().ToLowerInvariant();

    private static async Task CodecAsync(Trial trial, CompressionCodec codec)
    {
        await trial.View.CreateTopicAsync(trial.Topic);
        IReadOnlyList<SentRecord> records =
            [.. Enumerable.Range(0, 40).Select(number => new SentRecord($"key-{number}", string.Create(CultureInfo.InvariantCulture, $"{number} of a value that compresses ")) { Partition = 0, Times = 20 })];
        await trial.DoAsync(trial.Ask("produce") with { Records = records, Codec = CodecSetting(codec) });
        AssertEqual(records, await trial.ReadAsync(StartPosition.Earliest, 0));
        Assert.All(await trial.View.BatchesAsync(trial.Topic), batch => Assert.Equal(codec, batch.Codec));
    }

    private static async Task RoundTripAsync(Trial trial, params SentRecord[] records)
    {
        // Nothing is too old: the timestamps are those of the producer.
        await trial.View.CreateTopicAsync(trial.Topic, 1, ("retention.ms", "-1"));
        await trial.ProduceAsync(records);
        AssertEqual(records, await trial.ReadAsync(StartPosition.Earliest, 0));
    }

    private static async Task LogAppendTimeAsync(Trial trial)
    {
        await trial.View.CreateTopicAsync(trial.Topic, 1, ("message.timestamp.type", "LogAppendTime"));
        long before = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        await trial.ProduceAsync(Trial.Numbered(0, 3));
        long after = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        IReadOnlyList<DriverLine> read = await trial.ReadAsync(StartPosition.Earliest, 0);
        Assert.Equal(3, read.Count);
        Assert.All(read, record =>
        {
            Assert.InRange(record.Timestamp!.Value, before, after);
            Assert.True(record.TimestampType is null or "append", record.TimestampType);
        });
    }

    private static async Task AcksAsync(Trial trial, int acks)
    {
        await trial.View.CreateTopicAsync(trial.Topic);
        await trial.DoAsync(trial.Ask("produce") with { Records = Trial.Numbered(0, 20), Acks = acks });
        // Nothing says when records without acks have arrived, so they are waited for.
        IReadOnlyList<DriverLine> read = await trial.DoAsync(trial.Ask("consume") with { Start = StartPosition.Earliest, PartitionList = [0], Count = 20 });
        AssertEqual(Trial.Numbered(0, 20), [.. read.Where(line => line.IsRecord)]);
    }

    private static async Task LargestAsync(Trial trial)
    {
        await trial.View.CreateTopicAsync(trial.Topic, 1, ("max.message.bytes", LimitBytes.ToString(CultureInfo.InvariantCulture)));
        SentRecord[] records = [new(null, "x") { Partition = 0, Times = LimitBytes - OverheadBytes }];
        await trial.ProduceAsync(records);
        AssertEqual(records, await trial.ReadAsync(StartPosition.Earliest, 0));
    }

    private static async Task TooLargeAsync(Trial trial)
    {
        await trial.View.CreateTopicAsync(trial.Topic, 1, ("max.message.bytes", LimitBytes.ToString(CultureInfo.InvariantCulture)));
        ClientException refusal = await Assert.ThrowsAsync<ClientException>(() => trial.ProduceAsync(new SentRecord(null, "x") { Partition = 0, Times = LimitBytes }));
        Assert.Equal((int)Kafka.KafkaError.MessageTooLarge, refusal.Code);
        Assert.Empty(await trial.View.BatchesAsync(trial.Topic));
    }

    private static async Task ManyPartitionsAsync(Trial trial)
    {
        const int partitions = 50;
        await trial.View.CreateTopicAsync(trial.Topic, partitions);
        await trial.ProduceAsync([.. Enumerable.Range(0, partitions).SelectMany(partition => Trial.Numbered(partition * 4, 4, partition))]);
        ILookup<int, DriverLine> read = (await trial.ReadAsync(StartPosition.Earliest, [.. Enumerable.Range(0, partitions)])).ToLookup(record => record.Partition!.Value);
        Assert.All(Enumerable.Range(0, partitions), partition => AssertEqual(Trial.Numbered(partition * 4, 4, partition), [.. read[partition]]));
    }

    private static async Task PartitionerAsync(Trial trial)
    {
        const int partitions = 7;
        await trial.View.CreateTopicAsync(trial.Topic, partitions);
        string[] keys = [.. Enumerable.Range(0, 60).Select(number => string.Concat(Enumerable.Repeat("k", number % 5)) + number)];
        await trial.ProduceAsync([.. keys.Select(key => new SentRecord(key, key))]);
        IReadOnlyList<DriverLine> read = await trial.ReadAsync(StartPosition.Earliest, [.. Enumerable.Range(0, partitions)]);
        Assert.Equal(
            keys.ToDictionary(key => key, key => JavaPartitioner.PartitionOf(key, partitions)).OrderBy(pair => pair.Key, StringComparer.Ordinal),
            read.ToDictionary(record => record.Key!, record => record.Partition!.Value).OrderBy(pair => pair.Key, StringComparer.Ordinal));
    }

    private static void AssertEqual(IReadOnlyList<SentRecord> sent, IReadOnlyList<DriverLine> read)
    {
        Assert.Equal(sent.Select(record => (record.Key, ValueOf(record))), read.Select(record => (record.Key, record.Value)));
        Assert.Equal(
            sent.Select(record => string.Join(',', (record.Headers ?? []).Select(header => $"{header[0]}={header[1]}"))),
            read.Select(record => string.Join(',', record.Headers!.Select(header => $"{header[0]}={header[1]}"))));
        Assert.Equal(Enumerable.Range(0, sent.Count).Select(offset => (long?)offset), read.Select(record => record.Offset));
        Assert.All(sent.Zip(read), pair =>
        {
            Assert.True(pair.Second.TimestampType is null or "create", pair.Second.TimestampType);
            Assert.Equal(pair.First.Timestamp ?? pair.Second.Timestamp, pair.Second.Timestamp);
        });
    }

    private static string? ValueOf(SentRecord record) => record.Value is null ? null : string.Concat(Enumerable.Repeat(record.Value, record.Times ?? 1));
}
