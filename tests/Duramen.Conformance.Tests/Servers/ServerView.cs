using System.Net;
using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Records.Batches;
using Duramen.Testing.Kafka;

namespace Duramen.Conformance.Tests.Servers;

/// <summary>What is on a server, seen and made without any of the clients under test.</summary>
internal sealed class ServerView(IPEndPoint address)
{
    private const short CreateTopicsVersion = 5;
    private const short FetchVersion = 4;
    private const short OffsetFetchVersion = 5;
    private const short DescribeConfigsVersion = 1;
    private const sbyte TopicResource = 2;
    private const short FindCoordinatorVersion = 2;

    public async Task CreateTopicAsync(string topic, int partitions = 1, params (string Name, string Value)[] configs)
    {
        using WireClient client = await WireClient.ConnectAsync(address);
        CreateTopicsResponse response = await client.AskAsync(
            new CreateTopicsRequest
            {
                TimeoutMs = 30_000,
                Topics = [new() { Name = topic, NumPartitions = partitions, ReplicationFactor = 1, Configs = [.. configs.Select(config => new CreateTopicsRequest.Config { Name = config.Name, Value = config.Value })] }],
            },
            CreateTopicsVersion);
        Assert.Equal(KafkaError.None, response.Topics[0].ErrorCode);
    }

    /// <summary>The batches of a partition, as they are stored.</summary>
    public async Task<IReadOnlyList<StoredBatch>> BatchesAsync(string topic, int partition = 0)
    {
        using WireClient client = await WireClient.ConnectAsync(address);
        var batches = new List<StoredBatch>();
        long next = 0;
        while (true)
        {
            FetchResponse response = await client.AskAsync(
                new FetchRequest
                {
                    MaxBytes = int.MaxValue,
                    Topics = [new() { Name = topic, Partitions = [new() { Index = partition, FetchOffset = next, MaxBytes = int.MaxValue }] }],
                },
                FetchVersion);
            FetchResponse.Partition answer = response.Topics[0].Partitions[0];
            Assert.Equal(KafkaError.None, answer.ErrorCode);
            ReadOnlySpan<byte> records = answer.Records.ToMemory().Span;
            if (records.IsEmpty)
            {
                return batches;
            }

            while (RecordBatchView.TryRead(records, out RecordBatchView batch))
            {
                batches.Add(new StoredBatch(batch.Codec, batch.ProducerId.Value, batch.BaseOffset.Value, batch.RecordCount));
                next = batch.NextOffset.Value;
                records = records[batch.SizeBytes..];
            }
        }
    }

    /// <summary>What a config of a topic is.</summary>
    public async Task<string?> ConfigAsync(string topic, string name)
    {
        using WireClient client = await WireClient.ConnectAsync(address);
        DescribeConfigsResponse response = await client.AskAsync(
            new DescribeConfigsRequest { Resources = [new() { ResourceType = TopicResource, ResourceName = topic, ConfigNames = [name] }] }, DescribeConfigsVersion);
        return response.Results[0].Configs.Single().Value;
    }

    /// <summary>The offset that a group committed; -1 when it committed none.</summary>
    public async Task<long> CommittedAsync(string group, string topic, int partition = 0)
    {
        using WireClient client = await WireClient.ConnectAsync(address);
        while (true)
        {
            OffsetFetchResponse response = await client.AskAsync(
                new OffsetFetchRequest { GroupId = group, Topics = [new() { Name = topic, PartitionIndexes = [partition] }] }, OffsetFetchVersion);
            if (response.ErrorCode == KafkaError.None)
            {
                return response.Topics[0].Partitions[0].CommittedOffset;
            }

            // The coordinator is made when it is first asked for, and loads its log after a restart.
            await client.AskAsync(new FindCoordinatorRequest { Key = group }, FindCoordinatorVersion);
        }
    }
}
