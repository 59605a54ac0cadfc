using System.Text;
using Duramen.Broker.Tests.Connections;
using Duramen.Coordination.Groups;
using Duramen.Disk.Memory;
using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Kafka.Wire;
using Duramen.Records.Batches;
using Duramen.Records.Compression;
using Duramen.Storage;
using Duramen.Storage.Folders;
using Duramen.Testing.Kafka;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Duramen.Broker.Tests.Handlers;

/// <summary>A broker on a disk in memory behind a real port, which can be stopped and started on the same disk.</summary>
internal sealed class TestBroker : IAsyncDisposable
{
    private readonly MemoryDisk _disk;
    private readonly BrokerOptions _options;
    private readonly ILoggerFactory _loggers;

    private TestBroker(MemoryDisk disk, BrokerOptions options, ILoggerFactory loggers)
    {
        _disk = disk;
        _options = options;
        _loggers = loggers;
    }

    public DataFolder Folder { get; private set; } = null!;

    public KafkaBroker Broker { get; private set; } = null!;

    public LoopbackServer Server { get; private set; } = null!;

    public static async Task<TestBroker> StartAsync(Func<BrokerOptions, BrokerOptions>? change = null, ILoggerFactory? loggers = null)
    {
        var options = new BrokerOptions { ClusterId = "test-cluster", Groups = new GroupOptions { InitialRebalanceDelayMs = 0 } };
        var broker = new TestBroker(new MemoryDisk(), change is null ? options : change(options), loggers ?? NullLoggerFactory.Instance);
        await broker.OpenAsync();
        return broker;
    }

    public Task<WireClient> ConnectAsync() => WireClient.ConnectAsync(Server.EndPoint);

    /// <summary>Stops and starts again.</summary>
    /// <param name="meanwhile">What happens to the folder before the broker is there.</param>
    public async Task RestartAsync(Func<DataFolder, Task>? meanwhile = null)
    {
        await DisposeAsync();
        await OpenAsync(meanwhile);
    }

    public async ValueTask DisposeAsync()
    {
        await Broker.DrainAsync();
        await Server.DisposeAsync();
        await Broker.DisposeAsync();
        await Folder.DisposeAsync();
    }

    private async Task OpenAsync(Func<DataFolder, Task>? meanwhile = null)
    {
        Folder = await DataFolder.OpenAsync(_disk, "/data", new StorageOptions { MaintenanceInterval = TimeSpan.Zero });
        await (meanwhile?.Invoke(Folder) ?? Task.CompletedTask);
        Broker = await KafkaBroker.StartAsync(Folder, _options, TimeProvider.System, _loggers);
        Server = await LoopbackServer.StartAsync(Broker.OnConnectedAsync);
    }

    /// <summary>Connects and makes a topic.</summary>
    public async Task<WireClient> ConnectAsync(string topic, int partitions = 1, params (string Name, string Value)[] configs)
    {
        WireClient client = await ConnectAsync();
        CreateTopicsResponse response = await client.AskAsync(
            new CreateTopicsRequest
            {
                Topics =
                [
                    new()
                    {
                        Name = topic,
                        NumPartitions = partitions,
                        ReplicationFactor = 1,
                        Configs = [.. configs.Select(config => new CreateTopicsRequest.Config { Name = config.Name, Value = config.Value })],
                    },
                ],
            },
            version: 7);
        Assert.Equal(KafkaError.None, response.Topics[0].ErrorCode);
        return client;
    }

    /// <summary>A batch of records with these values, as a producer makes it.</summary>
    public static byte[] Batch(params string[] values) => Batch(_ => { }, values);

    /// <summary>A batch whose builder a test changes first.</summary>
    public static byte[] Batch(Action<RecordBatchBuilder> change, params string[] values)
    {
        using var builder = new RecordBatchBuilder { Codec = CompressionCodec.None };
        change(builder);
        foreach (string value in values)
        {
            builder.Append(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), Encoding.UTF8.GetBytes("key"), Encoding.UTF8.GetBytes(value));
        }

        return builder.Build().ToArray();
    }

    public static ProduceRequest Produce(string topic, int partition, byte[] batch, short acks = -1) => new()
    {
        Acks = acks,
        TimeoutMs = 30_000,
        Topics = [new() { Name = topic, Partitions = [new() { Index = partition, Records = batch }] }],
    };

    public static async Task<ProduceResponse.Partition> ProduceAsync(WireClient client, string topic, byte[] batch, int partition = 0, short acks = -1, short version = 9) =>
        (await client.AskAsync(Produce(topic, partition, batch, acks), version)).Topics[0].Partitions[0];

    public static FetchRequest Fetch(string topic, long offset, int partition = 0, int minBytes = 1, int maxBytes = 1 << 20, int maxWaitMs = 0) => new()
    {
        MinBytes = minBytes,
        MaxBytes = maxBytes,
        MaxWaitMs = maxWaitMs,
        Topics = [new() { Name = topic, Partitions = [new() { Index = partition, FetchOffset = offset, MaxBytes = maxBytes }] }],
    };

    public static async Task<FetchResponse.Partition> FetchAsync(WireClient client, FetchRequest request, short version = 11) =>
        (await client.AskAsync(request, version)).Topics[0].Partitions[0];

    /// <summary>The values of all records in what was fetched, after checking each batch as a client would.</summary>
    public static List<string> Values(RecordBytes records)
    {
        ReadOnlyMemory<byte> rest = records.ToMemory();
        var values = new List<string>();
        using var decoder = new RecordBatchDecoder();
        while (!rest.IsEmpty)
        {
            BatchFault fault = RecordBatchValidator.CheckDeep(rest.Span, BatchRules.ForStoredBatches, nowMs: 0, decoder, out RecordBatchView batch);
            Assert.True(fault.IsNone, fault.ToString());
            decoder.Open(batch, out RecordReader reader);
            while (reader.TryRead(out RecordView record))
            {
                ReadOnlySpan<byte> value = record.Value;
                values.Add(Encoding.UTF8.GetString(value));
            }

            rest = rest[batch.SizeBytes..];
        }

        return values;
    }
}
