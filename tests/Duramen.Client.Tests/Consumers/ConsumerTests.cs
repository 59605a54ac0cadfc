using System.Text;
using Duramen.Client.Consumers;
using Duramen.Client.Producers;
using Duramen.Coordination.Groups;
using Duramen.Core.Ids;
using Duramen.Records.Batches;
using Duramen.Records.Compression;

namespace Duramen.Client.Tests.Consumers;

/// <summary>Producers and consumers against a node in this process.</summary>
public sealed class ConsumerTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan HangGuard = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _hangs = new(HangGuard);
    private DuramenNode _node = null!;
    private KafkaClient _client = null!;

    public async Task InitializeAsync()
    {
        _node = await DuramenNode.StartAsync(new DuramenNodeOptions { DefaultPartitions = 3, Groups = new GroupOptions { InitialRebalanceDelayMs = 0 } });
        _client = new KafkaClient(new ClientOptions { BootstrapServers = _node.BootstrapServers, Seed = 1 });
    }

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        await _node.DisposeAsync();
    }

    public void Dispose() => _hangs.Dispose();

    [Theory]
    [InlineData(CompressionCodec.None)]
    [InlineData(CompressionCodec.Gzip)]
    [InlineData(CompressionCodec.Snappy)]
    [InlineData(CompressionCodec.Lz4)]
    [InlineData(CompressionCodec.Zstd)]
    public async Task What_was_produced_is_read_as_it_was(CompressionCodec codec)
    {
        await using var producer = new Producer(_client, new ProducerOptions { Compression = codec, LingerMs = 5 });
        OutgoingRecord[] records =
        [
            new("t", Bytes("plain")) { Partition = 1, TimestampMs = 1_000 },
            new("t", null) { Partition = 1, Key = Bytes("tombstone"), TimestampMs = 2_000 },
            new("t", Array.Empty<byte>()) { Partition = 1, Key = Array.Empty<byte>(), TimestampMs = 3_000 },
            new("t", Bytes("with headers"))
            {
                Partition = 1,
                TimestampMs = 4_000,
                Headers = new RecordHeader[] { new("a", Bytes("1")), new("a", null), new("b", Array.Empty<byte>()) },
            },
            new("t", Bytes(new string('z', 100_000))) { Partition = 1, TimestampMs = 5_000 },
        ];
        ProduceResult[] results = await Task.WhenAll(records.Select(record => producer.ProduceAsync(record).AsTask()));

        List<ConsumedRecord> read = await ReadAsync(new TopicPartition("t", 1), ReadPosition.Beginning, records.Length);

        Assert.Equal([0, 1, 2, 3, 4], results.Select(result => result.Offset.Value));
        Assert.Equal(records.Select(record => Text(record.Value)), read.Select(record => Text(record.Value)));
        Assert.Equal(records.Select(record => Text(record.Key)), read.Select(record => Text(record.Key)));
        Assert.Equal([1_000, 2_000, 3_000, 4_000, 5_000], read.Select(record => record.TimestampMs));
        Assert.Equal([("a", "1"), ("a", null), ("b", "")], read[3].Headers.Select(header => (header.Key, Text(header.Value))));
    }

    [Fact]
    public async Task Records_of_one_key_are_in_one_partition_in_order_and_all_partitions_are_read()
    {
        await using var producer = new Producer(_client);
        for (int index = 0; index < 3_000; index++)
        {
            await producer.EnqueueAsync(new OutgoingRecord("t", Bytes($"{index}")) { Key = Bytes($"key {index % 17}") });
        }

        await producer.FlushAsync();
        await using var consumer = new Consumer(_client);
        consumer.Assign([new("t", 0), new("t", 1), new("t", 2)], ReadPosition.Beginning);
        Dictionary<string, List<int>> byKey = [];
        Dictionary<string, int> partitionOf = [];
        int count = 0;
        await foreach (ConsumedRecord record in consumer.ReadAllAsync(_hangs.Token))
        {
            string key = Text(record.Key)!;
            Assert.Equal(record.Partition.Partition, partitionOf.TryAdd(key, record.Partition.Partition) ? record.Partition.Partition : partitionOf[key]);
            byKey.TryAdd(key, []);
            byKey[key].Add(int.Parse(Text(record.Value)!));
            if (++count == 3_000)
            {
                break;
            }
        }

        Assert.Equal(17, byKey.Count);
        Assert.All(byKey.Values, values => Assert.Equal(values.Order(), values));
        Assert.Equal(3_000, byKey.Values.Sum(values => values.Count));
    }

    [Fact]
    public async Task A_position_is_an_offset_a_time_or_an_end()
    {
        await using var producer = new Producer(_client, new ProducerOptions { LingerMs = 20 });
        for (int index = 0; index < 10; index++)
        {
            await producer.EnqueueAsync(new OutgoingRecord("t", Bytes($"{index}")) { Partition = 0, TimestampMs = 1_000 * index });
        }

        await producer.FlushAsync();
        var partition = new TopicPartition("t", 0);

        Assert.Equal("0", Text((await ReadAsync(partition, ReadPosition.Beginning, 1))[0].Value));
        Assert.Equal("4", Text((await ReadAsync(partition, ReadPosition.At(new Offset(4)), 1))[0].Value));
        Assert.Equal("7", Text((await ReadAsync(partition, ReadPosition.AtTimestamp(6_500), 1))[0].Value));
        await using var consumer = new Consumer(_client);
        consumer.Assign([partition], ReadPosition.End);
        await using IAsyncEnumerator<ConsumedRecord> reader = consumer.ReadAllAsync(_hangs.Token).GetAsyncEnumerator();
        ValueTask<bool> next = reader.MoveNextAsync();
        while (consumer.Positions[partition] is null)
        {
            await Task.Yield();
        }

        await producer.ProduceAsync(new OutgoingRecord("t", Bytes("new")) { Partition = 0 });
        Assert.True(await next);
        Assert.Equal("new", Text(reader.Current.Value));
        consumer.Seek(partition, ReadPosition.At(new Offset(2)));
        Assert.True(await reader.MoveNextAsync());
        Assert.Equal("2", Text(reader.Current.Value));
    }

    [Fact]
    public async Task A_reader_that_stops_in_the_middle_of_a_batch_goes_on_there()
    {
        await using var producer = new Producer(_client, new ProducerOptions { LingerMs = 20 });
        for (int index = 0; index < 10; index++)
        {
            await producer.EnqueueAsync(new OutgoingRecord("t", Bytes($"{index}")) { Partition = 0 });
        }

        await producer.FlushAsync();
        await using var consumer = new Consumer(_client);
        consumer.Assign([new("t", 0)], ReadPosition.Beginning);
        var read = new List<string>();
        while (read.Count < 10)
        {
            int taken = 0;
            await foreach (ConsumedRecord record in consumer.ReadAllAsync(_hangs.Token))
            {
                read.Add(Text(record.Value)!);
                if (++taken == 3 || read.Count == 10)
                {
                    break;
                }
            }
        }

        Assert.Equal(Enumerable.Range(0, 10).Select(index => $"{index}"), read);
    }

    [Theory]
    [InlineData(OffsetReset.Beginning, "0")]
    [InlineData(OffsetReset.Fail, null)]
    public async Task A_position_that_is_not_there_is_reset_as_the_options_say(OffsetReset reset, string? expected)
    {
        await using var producer = new Producer(_client);
        await producer.ProduceAsync(new OutgoingRecord("t", Bytes("0")) { Partition = 0 });
        await using var consumer = new Consumer(_client, new ConsumerOptions { Reset = reset });
        consumer.Assign([new("t", 0)], ReadPosition.At(new Offset(77)));
        await using IAsyncEnumerator<ConsumedRecord> reader = consumer.ReadAllAsync(_hangs.Token).GetAsyncEnumerator();

        if (expected is null)
        {
            ClientException error = await Assert.ThrowsAsync<ClientException>(() => reader.MoveNextAsync().AsTask());
            Assert.Equal(ClientErrors.NoPosition, error.Code);
            Assert.Contains("77", error.Message, StringComparison.Ordinal);
        }
        else
        {
            Assert.True(await reader.MoveNextAsync());
            Assert.Equal(expected, Text(reader.Current.Value));
        }
    }

    [Fact]
    public async Task A_paused_partition_is_not_read_until_it_is_resumed()
    {
        await using var producer = new Producer(_client);
        await producer.ProduceAsync(new OutgoingRecord("t", Bytes("paused")) { Partition = 0 });
        await producer.ProduceAsync(new OutgoingRecord("t", Bytes("other")) { Partition = 1 });
        await using var consumer = new Consumer(_client);
        consumer.Assign([new("t", 0), new("t", 1)], ReadPosition.Beginning);
        consumer.Pause(new("t", 0));
        await using IAsyncEnumerator<ConsumedRecord> reader = consumer.ReadAllAsync(_hangs.Token).GetAsyncEnumerator();

        Assert.True(await reader.MoveNextAsync());
        Assert.Equal("other", Text(reader.Current.Value));
        ValueTask<bool> next = reader.MoveNextAsync();
        Assert.False(next.IsCompleted);
        consumer.Resume(new("t", 0));
        Assert.True(await next);
        Assert.Equal("paused", Text(reader.Current.Value));
    }

    [Fact]
    public async Task What_is_larger_than_all_that_may_be_fetched_is_read_all_the_same()
    {
        await using var producer = new Producer(_client);
        await producer.ProduceAsync(new OutgoingRecord("t", new byte[500_000]) { Partition = 0 });
        await producer.ProduceAsync(new OutgoingRecord("t", new byte[400_000]) { Partition = 0 });
        await using var consumer = new Consumer(_client, new ConsumerOptions { PartitionMaxBytes = 1_000, FetchMaxBytes = 1_000, BufferBytes = 1_000 });
        consumer.Assign([new("t", 0)], ReadPosition.Beginning);

        var sizes = new List<int>();
        await foreach (ConsumedRecord record in consumer.ReadAllAsync(_hangs.Token))
        {
            sizes.Add(record.Value!.Value.Length);
            if (sizes.Count == 2)
            {
                break;
            }
        }

        Assert.Equal([500_000, 400_000], sizes);
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string? Text(ReadOnlyMemory<byte>? bytes) => bytes is { } some ? Encoding.UTF8.GetString(some.Span) : null;

    private async Task<List<ConsumedRecord>> ReadAsync(TopicPartition partition, ReadPosition from, int count)
    {
        await using var consumer = new Consumer(_client);
        consumer.Assign([partition], from);
        var read = new List<ConsumedRecord>();
        await foreach (ConsumedRecord record in consumer.ReadAllAsync(_hangs.Token))
        {
            read.Add(record);
            if (read.Count == count)
            {
                break;
            }
        }

        return read;
    }
}
