using System.Text;
using Duramen.Client;
using Duramen.Client.Admin;
using Duramen.Client.Consumers;
using Duramen.Client.Logs;
using Duramen.Client.Producers;
using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.Records.Batches;

namespace TestingWithDuramen.Tests;

/// <summary>What the client can do, one thing at a time.</summary>
public sealed class ClientTests(DuramenFixture duramen) : IClassFixture<DuramenFixture>
{
    private readonly KafkaClient _client = duramen.Client;

    [Fact]
    public async Task Records_are_produced()
    {
        await using var producer = new Producer(_client, new ProducerOptions { LingerMs = 5 });

        // One record, and where it is once all replicas have it.
        ProduceResult result = await producer.ProduceAsync(new OutgoingRecord("clicks", "home"u8.ToArray()) { Key = "alice"u8.ToArray() });

        // Many records without waiting for each; what failed is said by the flush.
        for (int click = 0; click < 1_000; click++)
        {
            await producer.EnqueueAsync(new OutgoingRecord("clicks", Encoding.UTF8.GetBytes($"page {click}")));
        }

        await producer.FlushAsync();

        Assert.Equal(new TopicPartition("clicks", 0), result.Partition);
        Assert.Equal(1_001, await CountAsync("clicks"));
    }

    [Fact]
    public async Task A_group_reads_on_where_it_committed()
    {
        await ProduceAsync("jobs", "one", "two", "three");
        await using (var consumer = new Consumer(_client, new ConsumerOptions { GroupId = "workers", Assignors = [GroupAssignor.CooperativeSticky] }))
        {
            consumer.Subscribe("jobs");
            await foreach (ConsumedRecord job in consumer.ReadAllAsync())
            {
                if (Encoding.UTF8.GetString(job.Value!.Value.Span) == "two")
                {
                    // Everything that was read up to here, this record included.
                    await consumer.CommitAsync();
                    break;
                }
            }
        }

        await using var next = new Consumer(_client, new ConsumerOptions { GroupId = "workers" });
        next.Subscribe("jobs");
        await using IAsyncEnumerator<ConsumedRecord> reader = next.ReadAllAsync().GetAsyncEnumerator();
        Assert.True(await reader.MoveNextAsync());
        Assert.Equal("three", Encoding.UTF8.GetString(reader.Current.Value!.Value.Span));
    }

    [Fact]
    public async Task Partitions_are_read_without_a_group_from_any_place()
    {
        await ProduceAsync("events", "one", "two", "three");
        var partition = new TopicPartition("events", 0);
        await using var consumer = new Consumer(_client, new ConsumerOptions { StopsAtEnd = true });
        consumer.Assign([partition], ReadPosition.At(new Offset(1)));
        var values = new List<string>();
        await foreach (ConsumedRecord record in consumer.ReadAllAsync())
        {
            values.Add(Encoding.UTF8.GetString(record.Value!.Value.Span));
        }

        Assert.Equal(["two", "three"], values);
    }

    [Fact]
    public async Task Topics_and_groups_are_administered()
    {
        var admin = new AdminClient(_client);
        await admin.CreateTopicAsync(new NewTopic("balances")
        {
            Partitions = 4,
            Configs = new Dictionary<string, string> { ["cleanup.policy"] = "compact" },
        });
        await admin.AddPartitionsAsync("balances", 6);
        TopicDescription topic = await admin.DescribeTopicAsync("balances");
        try
        {
            await admin.CreateTopicAsync(new NewTopic("balances"));
        }
        catch (ClientException refused) when (refused.Error == Duramen.Kafka.KafkaError.TopicAlreadyExists)
        {
            // What a broker refuses has the broker's own error in it.
        }

        await admin.DeleteTopicAsync("balances");

        Assert.Equal(6, topic.Partitions.Count);
        Assert.DoesNotContain(await admin.ListTopicsAsync(), found => found.Name == "balances");
    }

    [Fact]
    public async Task A_partition_is_a_log()
    {
        await new AdminClient(_client).CreateTopicAsync(new NewTopic("ledger"));
        await using RemoteLog log = await RemoteLog.OpenAsync(_client, new TopicPartition("ledger", 0));

        using var builder = new RecordBatchBuilder();
        builder.Append(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), "alice"u8, "10"u8);
        AppendResult appended = await log.AppendAsync(builder.Build());

        // Follows the log as it grows, in whole batches.
        await foreach (LogSlice slice in log.SubscribeAsync(appended.BaseOffset))
        {
            using (slice)
            {
                Assert.Equal(log.Watermarks.Committed, slice.NextOffset);
                break;
            }
        }
    }

    private async Task ProduceAsync(string topic, params string[] values)
    {
        await using var producer = new Producer(_client);
        foreach (string value in values)
        {
            await producer.ProduceAsync(new OutgoingRecord(topic, Encoding.UTF8.GetBytes(value)));
        }
    }

    private async Task<int> CountAsync(string topic)
    {
        await using var consumer = new Consumer(_client, new ConsumerOptions { StopsAtEnd = true });
        consumer.Assign([new TopicPartition(topic, 0)], ReadPosition.Beginning);
        int count = 0;
        await foreach (ConsumedBatch batch in consumer.ReadBatchesAsync())
        {
            count += batch.Records.Length;
        }

        return count;
    }
}
