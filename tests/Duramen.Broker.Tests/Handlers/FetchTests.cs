using Duramen.Broker.Tests.Connections;
using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Kafka.Wire;
using Duramen.Records.Batches;
using Duramen.Testing.Kafka;

namespace Duramen.Broker.Tests.Handlers;

public sealed class FetchTests
{
    private const int Long = 60_000;

    [Fact]
    public async Task A_fetch_at_the_end_waits_and_is_answered_by_the_next_record()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient reader = await broker.ConnectAsync("t");
        using WireClient writer = await broker.ConnectAsync();
        Task<FetchResponse.Partition> fetching = TestBroker.FetchAsync(reader, TestBroker.Fetch("t", 0, maxWaitMs: Long));
        await TestBroker.ProduceAsync(writer, "t", TestBroker.Batch("late"));
        Assert.Equal(["late"], TestBroker.Values((await fetching).Records));
    }

    [Fact]
    public async Task A_fetch_over_several_partitions_waits_until_there_are_enough_bytes_together()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient reader = await broker.ConnectAsync("t", partitions: 3);
        using WireClient writer = await broker.ConnectAsync();
        byte[] batch = TestBroker.Batch("value");
        var request = new FetchRequest
        {
            MinBytes = 3 * batch.Length,
            MaxBytes = 1 << 20,
            MaxWaitMs = Long,
            Topics = [new() { Name = "t", Partitions = [.. Enumerable.Range(0, 3).Select(index => new FetchRequest.Partition { Index = index, MaxBytes = 1 << 20 })] }],
        };
        Task<FetchResponse> fetching = reader.AskAsync(request, version: 11);
        await TestBroker.ProduceAsync(writer, "t", TestBroker.Batch("value"), partition: 2);
        await TestBroker.ProduceAsync(writer, "t", TestBroker.Batch("value"), partition: 0);
        Assert.False(fetching.IsCompleted);
        await TestBroker.ProduceAsync(writer, "t", TestBroker.Batch("value"), partition: 2);
        FetchResponse response = await fetching;
        Assert.Equal([1, 0, 2], response.Topics[0].Partitions.Select(partition => TestBroker.Values(partition.Records).Count));
        Assert.Equal([0, 1, 2], response.Topics[0].Partitions.Select(partition => partition.Index));
    }

    [Fact]
    public async Task Patience_that_ends_is_answered_with_what_there_is()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("t");
        await TestBroker.ProduceAsync(client, "t", TestBroker.Batch("little"));
        FetchResponse.Partition fetched = await TestBroker.FetchAsync(client, TestBroker.Fetch("t", 0, minBytes: 100_000, maxWaitMs: 50));
        Assert.Equal(["little"], TestBroker.Values(fetched.Records));
    }

    [Fact]
    public async Task The_first_batch_is_returned_whole_and_the_next_only_where_it_fits()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("t", partitions: 2);
        for (int index = 0; index < 3; index++)
        {
            await TestBroker.ProduceAsync(client, "t", TestBroker.Batch(new string((char)('a' + index), 1000)));
            await TestBroker.ProduceAsync(client, "t", TestBroker.Batch(new string((char)('A' + index), 1000)), partition: 1);
        }

        FetchRequest request = TestBroker.Fetch("t", 0, maxBytes: 10, minBytes: 1_000_000, maxWaitMs: Long);
        request.Topics[0].Partitions.Add(new FetchRequest.Partition { Index = 1, MaxBytes = 1 << 20 });
        FetchResponse response = await client.AskAsync(request, version: 11);
        Assert.Equal([new string('a', 1000)], TestBroker.Values(response.Topics[0].Partitions[0].Records));
        Assert.Empty(TestBroker.Values(response.Topics[0].Partitions[1].Records));

        FetchResponse.Partition two = await TestBroker.FetchAsync(client, TestBroker.Fetch("t", 0, maxBytes: 2500));
        Assert.Equal(2, TestBroker.Values(two.Records).Count);
    }

    [Fact]
    public async Task A_partition_that_is_at_its_limit_does_not_keep_a_fetch_waiting()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("t");
        await TestBroker.ProduceAsync(client, "t", TestBroker.Batch(new string('a', 1000)));
        await TestBroker.ProduceAsync(client, "t", TestBroker.Batch(new string('b', 1000)));
        FetchRequest request = TestBroker.Fetch("t", 0, minBytes: 1_000_000, maxBytes: 2_000_000, maxWaitMs: Long);
        request.Topics[0].Partitions[0].MaxBytes = 1500;
        Assert.Single(TestBroker.Values((await TestBroker.FetchAsync(client, request)).Records));
    }

    [Fact]
    public async Task Errors_are_answered_at_once_whatever_the_patience_is()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("t");
        await TestBroker.ProduceAsync(client, "t", TestBroker.Batch("a"));
        Assert.Equal(KafkaError.OffsetOutOfRange, (await TestBroker.FetchAsync(client, TestBroker.Fetch("t", 2, maxWaitMs: Long))).ErrorCode);
        Assert.Equal(KafkaError.OffsetOutOfRange, (await TestBroker.FetchAsync(client, TestBroker.Fetch("t", -5, maxWaitMs: Long))).ErrorCode);
        Assert.Equal(KafkaError.UnknownTopicOrPartition, (await TestBroker.FetchAsync(client, TestBroker.Fetch("missing", 0, maxWaitMs: Long))).ErrorCode);
        FetchRequest ahead = TestBroker.Fetch("t", 0, maxWaitMs: Long);
        ahead.Topics[0].Partitions[0].CurrentLeaderEpoch = 7;
        Assert.Equal(KafkaError.UnknownLeaderEpoch, (await TestBroker.FetchAsync(client, ahead)).ErrorCode);
        FetchRequest session = TestBroker.Fetch("t", 0);
        session.SessionId = 44;
        session.SessionEpoch = 3;
        Assert.Equal(KafkaError.FetchSessionIdNotFound, (await client.AskAsync(session, version: 11)).ErrorCode);
    }

    [Fact]
    public async Task A_topic_that_is_deleted_ends_a_fetch_that_waits_and_one_of_its_name_begins_anew()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient reader = await broker.ConnectAsync("t");
        using WireClient admin = await broker.ConnectAsync();
        await TestBroker.ProduceAsync(admin, "t", TestBroker.Batch("old"));
        Guid before = (await admin.AskAsync(new MetadataRequest { Topics = [new() { Name = "t" }] }, version: 10)).Topics[0].TopicId;
        Task<FetchResponse.Partition> fetching = TestBroker.FetchAsync(reader, TestBroker.Fetch("t", 1, maxWaitMs: Long));
        await admin.AskAsync(new DeleteTopicsRequest { TopicNames = ["t"], TimeoutMs = 1000 }, version: 5);
        Assert.Equal(KafkaError.UnknownTopicOrPartition, (await fetching).ErrorCode);
        using WireClient again = await broker.ConnectAsync("t");
        Guid after = (await admin.AskAsync(new MetadataRequest { Topics = [new() { Name = "t" }] }, version: 10)).Topics[0].TopicId;
        Assert.NotEqual(before, after);
        Assert.Equal(0, (await TestBroker.FetchAsync(again, TestBroker.Fetch("t", 0))).HighWatermark);
    }

    [Fact]
    public async Task Draining_answers_a_fetch_that_waits()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient reader = await broker.ConnectAsync("t");
        await reader.SendAsync(TestBroker.Fetch("t", 0, maxWaitMs: Long), version: 11);
        await TestListener.WaitUntilAsync(() => broker.Broker.Connections.RequestsInFlight > 0);
        await broker.Broker.DrainAsync();
        FetchResponse response = KafkaFrames.ReadResponse<FetchResponse>((await reader.ReceiveAsync())!, 11, out _);
        Assert.Equal(KafkaError.None, response.Topics[0].Partitions[0].ErrorCode);
        Assert.Null(await reader.ReceiveAsync());
    }

    [Fact]
    public async Task Offsets_are_found_by_time_exact_to_the_record_and_at_the_ends()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("t");
        foreach (long[] times in new long[][] { [100, 300, 200], [400, 900], [500] })
        {
            using var builder = new RecordBatchBuilder();
            foreach (long time in times)
            {
                builder.Append(time, default, "x"u8);
            }

            await TestBroker.ProduceAsync(client, "t", builder.Build().ToArray());
        }

        async Task<(long Offset, long Timestamp)> Find(long timestamp)
        {
            ListOffsetsResponse response = await client.AskAsync(
                new ListOffsetsRequest { Topics = [new() { Name = "t", Partitions = [new() { Index = 0, Timestamp = timestamp }] }] }, version: 7);
            Assert.Equal(KafkaError.None, response.Topics[0].Partitions[0].ErrorCode);
            return (response.Topics[0].Partitions[0].Offset, response.Topics[0].Partitions[0].Timestamp);
        }

        Assert.Equal((6, -1), await Find(-1));
        Assert.Equal((0, -1), await Find(-2));
        Assert.Equal((4, 900), await Find(-3));
        Assert.Equal((0, 100), await Find(0));
        Assert.Equal((1, 300), await Find(101));
        Assert.Equal((4, 900), await Find(401));
        Assert.Equal((-1, -1), await Find(901));

        DeleteRecordsResponse deleted = await client.AskAsync(
            new DeleteRecordsRequest { Topics = [new() { Name = "t", Partitions = [new() { Index = 0, Offset = 4 }] }], TimeoutMs = 1000 }, version: 2);
        Assert.Equal(4, deleted.Topics[0].Partitions[0].LowWatermark);
        Assert.Equal((4, -1), await Find(-2));
        Assert.Equal(KafkaError.OffsetOutOfRange, (await TestBroker.FetchAsync(client, TestBroker.Fetch("t", 0))).ErrorCode);
    }
}
