using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Testing.Kafka;

namespace Duramen.Broker.Tests.Handlers;

/// <summary>Fetch sessions (KIP-227) over the wire.</summary>
public sealed class FetchSessionTests
{
    private const int Long = 60_000;

    [Fact]
    public async Task A_session_is_told_of_all_its_partitions_once_and_then_of_those_with_something_new()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("t", partitions: 3);
        FetchResponse first = await client.AskAsync(Open("t", 0, 1, 2), version: 11);
        Assert.Equal((KafkaError.None, true), (first.ErrorCode, first.SessionId > 0));
        Assert.Equal([0, 1, 2], Indexes(first));

        Assert.Empty((await client.AskAsync(Next(first, epoch: 1), version: 11)).Topics);
        await TestBroker.ProduceAsync(client, "t", TestBroker.Batch("new"), partition: 1);
        FetchResponse news = await client.AskAsync(Next(first, epoch: 2), version: 11);
        Assert.Equal((KafkaError.None, first.SessionId), (news.ErrorCode, news.SessionId));
        Assert.Equal([1], Indexes(news));
        Assert.Equal(["new"], TestBroker.Values(news.Topics[0].Partitions[0].Records));

        // A client that does not say that it goes on from there gets the same again.
        Assert.Equal([1], Indexes(await client.AskAsync(Next(first, epoch: 3), version: 11)));
        FetchResponse read = await client.AskAsync(Next(first, epoch: 4, ("t", 1, 1)), version: 11);
        Assert.Empty(read.Topics);
    }

    [Fact]
    public async Task A_fetch_of_a_session_waits_for_any_of_its_partitions_again_and_again()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("t", partitions: 20);
        using WireClient writer = await broker.ConnectAsync();
        FetchResponse opened = await client.AskAsync(Open("t", [.. Enumerable.Range(0, 20)]), version: 11);
        long[] next = new long[20];
        (string, int, long)[] moved = [];
        for (int round = 0; round < 60; round++)
        {
            int partition = round * 7 % 20;
            Task<FetchResponse> fetching = client.AskAsync(Next(opened, epoch: round + 1, moved).Waiting(Long), version: 11);
            await TestBroker.ProduceAsync(writer, "t", TestBroker.Batch($"{round}"), partition);
            FetchResponse news = await fetching;
            Assert.Equal([partition], Indexes(news));
            Assert.Equal([$"{round}"], TestBroker.Values(news.Topics[0].Partitions[0].Records));
            moved = [("t", partition, ++next[partition])];
        }
    }

    [Fact]
    public async Task Partitions_are_added_changed_and_forgotten_by_name()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("t", partitions: 3);
        for (int partition = 0; partition < 3; partition++)
        {
            await TestBroker.ProduceAsync(client, "t", TestBroker.Batch($"{partition}"), partition);
        }

        FetchResponse opened = await client.AskAsync(Open("t", 0), version: 11);
        FetchRequest change = Next(opened, epoch: 1, ("t", 0, 1), ("t", 2, 0));
        FetchResponse added = await client.AskAsync(change, version: 11);
        Assert.Equal([2], Indexes(added));

        FetchRequest forget = Next(opened, epoch: 2, ("t", 1, 0));
        forget.ForgottenTopics = [new() { Name = "t", PartitionIndexes = [2, 7] }];
        Assert.Equal([1], Indexes(await client.AskAsync(forget, version: 11)));

        FetchRequest forgetAll = Next(opened, epoch: 3);
        forgetAll.ForgottenTopics = [new() { Name = "t", PartitionIndexes = [0, 1] }];
        FetchResponse ended = await client.AskAsync(forgetAll.Waiting(Long), version: 11);
        Assert.Equal((KafkaError.None, 0), (ended.ErrorCode, ended.SessionId));
        Assert.Equal(KafkaError.FetchSessionIdNotFound, (await client.AskAsync(Next(opened, epoch: 4), version: 11)).ErrorCode);
        Assert.Equal(0, broker.Broker.Sessions.Count);
    }

    [Fact]
    public async Task A_request_out_of_turn_or_for_no_session_is_refused_and_the_session_goes_on()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("t");
        FetchResponse opened = await client.AskAsync(Open("t", 0), version: 7);
        foreach (int epoch in new[] { 2, 7, -2, int.MinValue })
        {
            FetchResponse refused = await client.AskAsync(Next(opened, epoch), version: 7);
            Assert.Equal((KafkaError.InvalidFetchSessionEpoch, 0, 0), (refused.ErrorCode, refused.SessionId, refused.Topics.Count));
        }

        FetchResponse unknown = new() { SessionId = opened.SessionId == 5 ? 6 : 5 };
        Assert.Equal(KafkaError.FetchSessionIdNotFound, (await client.AskAsync(Next(unknown, epoch: 1), version: 7)).ErrorCode);
        Assert.Equal(KafkaError.FetchSessionIdNotFound, (await client.AskAsync(Next(new FetchResponse(), epoch: 3), version: 7)).ErrorCode);
        Assert.Equal(KafkaError.None, (await client.AskAsync(Next(opened, epoch: 1), version: 7)).ErrorCode);
    }

    [Fact]
    public async Task A_client_ends_its_session_with_the_next_one_or_for_good()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("t");
        FetchResponse first = await client.AskAsync(Open("t", 0), version: 11);
        FetchRequest again = Open("t", 0);
        again.SessionId = first.SessionId;
        FetchResponse second = await client.AskAsync(again, version: 11);
        Assert.NotEqual(first.SessionId, second.SessionId);
        Assert.Equal(1, broker.Broker.Sessions.Count);
        FetchRequest last = Open("t", 0);
        (last.SessionId, last.SessionEpoch) = (second.SessionId, -1);
        FetchResponse final = await client.AskAsync(last, version: 11);
        Assert.Equal((0, 1), (final.SessionId, Indexes(final).Count()));
        Assert.Equal(0, broker.Broker.Sessions.Count);
    }

    [Fact]
    public async Task What_is_wrong_with_a_partition_is_told_each_time_at_once_and_when_it_is_over()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("t");
        FetchRequest open = Open("later", 0);
        open.Topics.Add(Open("t", 0).Topics[0]);
        FetchResponse opened = await client.AskAsync(open, version: 11);
        Assert.Equal([KafkaError.UnknownTopicOrPartition, KafkaError.None], opened.Topics.Select(topic => topic.Partitions[0].ErrorCode));
        for (int epoch = 1; epoch < 4; epoch++)
        {
            FetchResponse told = await client.AskAsync(Next(opened, epoch).Waiting(Long), version: 11);
            Assert.Equal(("later", KafkaError.UnknownTopicOrPartition), (Assert.Single(told.Topics).Name, told.Topics[0].Partitions[0].ErrorCode));
        }

        using WireClient admin = await broker.ConnectAsync("later");
        FetchResponse over = await client.AskAsync(Next(opened, epoch: 4), version: 11);
        Assert.Equal(("later", KafkaError.None, 0L), (over.Topics[0].Name, over.Topics[0].Partitions[0].ErrorCode, over.Topics[0].Partitions[0].HighWatermark));
        Assert.Empty((await client.AskAsync(Next(opened, epoch: 5), version: 11)).Topics);
    }

    [Fact]
    public async Task A_topic_that_is_deleted_and_made_again_is_fetched_from_anew()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("t");
        using WireClient admin = await broker.ConnectAsync();
        FetchResponse opened = await client.AskAsync(Open("t", 0), version: 11);
        Task<FetchResponse> fetching = client.AskAsync(Next(opened, epoch: 1).Waiting(Long), version: 11);
        await admin.AskAsync(new DeleteTopicsRequest { TopicNames = ["t"], TimeoutMs = 1000 }, version: 5);
        Assert.Equal(KafkaError.UnknownTopicOrPartition, (await fetching).Topics[0].Partitions[0].ErrorCode);
        using WireClient again = await broker.ConnectAsync("t");
        await TestBroker.ProduceAsync(admin, "t", TestBroker.Batch("second life"));
        FetchResponse read = await client.AskAsync(Next(opened, epoch: 2).Waiting(Long), version: 11);
        Assert.Equal(["second life"], TestBroker.Values(read.Topics[0].Partitions[0].Records));
    }

    [Fact]
    public async Task Records_that_were_deleted_from_an_idle_partition_are_told_of_within_a_few_fetches()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("t", partitions: 100);
        await TestBroker.ProduceAsync(client, "t", TestBroker.Batch("a", "b"), partition: 70);
        FetchRequest open = Open("t", [.. Enumerable.Range(0, 100)]);
        open.Topics[0].Partitions[70].FetchOffset = 2;
        FetchResponse opened = await client.AskAsync(open, version: 11);
        await client.AskAsync(new DeleteRecordsRequest { Topics = [new() { Name = "t", Partitions = [new() { Index = 70, Offset = 1 }] }] }, version: 2);
        for (int epoch = 1; ; epoch++)
        {
            FetchResponse told = await client.AskAsync(Next(opened, epoch), version: 11);
            if (told.Topics.Count > 0)
            {
                Assert.Equal((70, 1L), (told.Topics[0].Partitions[0].Index, told.Topics[0].Partitions[0].LogStartOffset));
                break;
            }

            Assert.True(epoch < 10);
        }
    }

    [Fact]
    public async Task Those_that_got_nothing_of_an_answer_come_before_those_that_did()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("t", partitions: 4);
        for (int partition = 0; partition < 4; partition++)
        {
            for (int batch = 0; batch < 3; batch++)
            {
                await TestBroker.ProduceAsync(client, "t", TestBroker.Batch(new string('x', 1000)), partition);
            }
        }

        FetchRequest open = Open("t", 0, 1, 2, 3);
        open.MaxBytes = 1200;
        FetchResponse opened = await client.AskAsync(open, version: 11);
        var served = new List<int> { Served(opened) };
        long[] next = new long[4];
        for (int epoch = 1; epoch < 8; epoch++)
        {
            FetchRequest request = Next(opened, epoch, ("t", served[^1], ++next[served[^1]]));
            request.MaxBytes = 1200;
            served.Add(Served(await client.AskAsync(request, version: 11)));
        }

        Assert.Equal([0, 1, 2, 3, 0, 1, 2, 3], served);

        static int Served(FetchResponse response) =>
            Assert.Single(response.Topics.SelectMany(topic => topic.Partitions), partition => partition.Records.Length > 0).Index;
    }

    [Fact]
    public async Task There_are_only_so_many_sessions_and_whoever_gets_none_is_served_without()
    {
        await using TestBroker broker = await TestBroker.StartAsync(options => options with { MaxFetchSessions = 2 });
        using WireClient client = await broker.ConnectAsync("t", partitions: 2);
        FetchResponse first = await client.AskAsync(Open("t", 0), version: 11);
        FetchResponse second = await client.AskAsync(Open("t", 0), version: 11);
        FetchResponse third = await client.AskAsync(Open("t", 0, 1), version: 11);
        Assert.Equal((true, true, 0), (first.SessionId > 0, second.SessionId > 0, third.SessionId));
        Assert.Equal([0, 1], Indexes(third));
        Assert.Equal(KafkaError.None, (await client.AskAsync(Next(first, epoch: 1), version: 11)).ErrorCode);
    }

    [Fact]
    public async Task A_partition_named_twice_or_a_topic_that_cannot_be_makes_no_session()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("t");
        Assert.Equal(0, (await client.AskAsync(Open("t", 0, 0), version: 11)).SessionId);
        Assert.Equal(0, (await client.AskAsync(Open(new string('x', 30_000), 0), version: 11)).SessionId);
        FetchResponse opened = await client.AskAsync(Open("t", 0), version: 11);
        Assert.Equal(KafkaError.FetchSessionIdNotFound, (await client.AskAsync(Next(opened, epoch: 1, (new string('x', 30_000), 0, 0)), version: 11)).ErrorCode);
        Assert.Equal(0, broker.Broker.Sessions.Count);
    }

    [Fact]
    public async Task A_client_that_goes_while_its_session_waits_leaves_it_to_whoever_has_its_number()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("t");
        FetchResponse opened = await client.AskAsync(Open("t", 0), version: 11);
        using (WireClient gone = await broker.ConnectAsync())
        {
            await gone.SendAsync(Next(opened, epoch: 1).Waiting(Long), version: 11);
            await Connections.TestListener.WaitUntilAsync(() => broker.Broker.Connections.RequestsInFlight > 0);

            // While one waits nobody else may use it.
            Assert.Equal(KafkaError.InvalidFetchSessionEpoch, (await client.AskAsync(Next(opened, epoch: 2), version: 11)).ErrorCode);
        }

        await Connections.TestListener.WaitUntilAsync(() => broker.Broker.Connections.ConnectionCount == 1);
        await TestBroker.ProduceAsync(client, "t", TestBroker.Batch("x"));
        Assert.Equal([0], Indexes(await client.AskAsync(Next(opened, epoch: 2), version: 11)));
    }

    private static FetchRequest Open(string topic, params int[] partitions) => new()
    {
        MaxBytes = 1 << 20,
        MinBytes = 1,
        SessionEpoch = 0,
        Topics = [new() { Name = topic, Partitions = [.. partitions.Select(index => new FetchRequest.Partition { Index = index, MaxBytes = 1 << 20 })] }],
    };

    private static FetchRequest Next(FetchResponse session, int epoch, params (string Topic, int Partition, long Offset)[] changed) => new()
    {
        MaxBytes = 1 << 20,
        MinBytes = 1,
        SessionId = session.SessionId,
        SessionEpoch = epoch,
        Topics =
        [
            .. changed.Select(change => new FetchRequest.Topic
            {
                Name = change.Topic,
                Partitions = [new() { Index = change.Partition, FetchOffset = change.Offset, MaxBytes = 1 << 20 }],
            }),
        ],
    };

    private static IEnumerable<int> Indexes(FetchResponse response) => response.Topics.SelectMany(topic => topic.Partitions).Select(partition => partition.Index);
}

file static class FetchRequests
{
    public static FetchRequest Waiting(this FetchRequest request, int maxWaitMs)
    {
        request.MaxWaitMs = maxWaitMs;
        return request;
    }
}
