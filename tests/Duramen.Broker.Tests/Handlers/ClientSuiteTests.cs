using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Testing.Kafka;

namespace Duramen.Broker.Tests.Handlers;

/// <summary>What the test suites of client libraries ask of a broker beside records and groups.</summary>
public sealed class ClientSuiteTests
{
    [Fact]
    public async Task What_a_client_may_do_is_told_when_it_asks_and_only_then()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("t");
        MetadataResponse told = await client.AskAsync(
            new MetadataRequest { Topics = [new() { Name = "t" }, new() { Name = "no/topic" }], IncludeTopicAuthorizedOperations = true, IncludeClusterAuthorizedOperations = true }, version: 9);
        Assert.Equal((3576, int.MinValue, 8096), (told.Topics[0].AuthorizedOperations, told.Topics[1].AuthorizedOperations, told.ClusterAuthorizedOperations));
        MetadataResponse untold = await client.AskAsync(new MetadataRequest { Topics = [new() { Name = "t" }] }, version: 9);
        Assert.Equal((int.MinValue, int.MinValue), (untold.Topics[0].AuthorizedOperations, untold.ClusterAuthorizedOperations));
        Assert.Equal(8096, (await client.AskAsync(new DescribeClusterRequest { IncludeAuthorizedOperations = true }, version: 0)).AuthorizedOperations);
        Assert.Equal(int.MinValue, (await client.AskAsync(new DescribeClusterRequest(), version: 0)).AuthorizedOperations);
        Assert.Equal(328, (await client.AskAsync(new DescribeGroupsRequest { Groups = ["g"], IncludeAuthorizedOperations = true }, version: 4)).Groups[0].AuthorizedOperations);
        Assert.Equal(int.MinValue, (await client.AskAsync(new DescribeGroupsRequest { Groups = ["g"] }, version: 4)).Groups[0].AuthorizedOperations);
    }

    [Fact]
    public async Task What_is_in_a_request_more_than_once_is_refused_where_only_one_can_count()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("t");
        using WireClient other = await broker.ConnectAsync("u");
        CreatePartitionsResponse grown = await client.AskAsync(
            new CreatePartitionsRequest { Topics = [.. new[] { ("t", 2), ("u", 2), ("t", 3) }.Select(topic => new CreatePartitionsRequest.Topic { Name = topic.Item1, Count = topic.Item2, Assignments = null })] },
            version: 3);
        Assert.Equal([("t", KafkaError.InvalidRequest), ("u", KafkaError.None)], grown.Topics.Select(topic => (topic.Name, topic.ErrorCode)));

        IncrementalAlterConfigsRequest.Resource Change(string topic, string ms) =>
            new() { ResourceType = 2, ResourceName = topic, Configs = [new() { Name = "retention.ms", Value = ms }] };
        IncrementalAlterConfigsResponse changed = await client.AskAsync(new IncrementalAlterConfigsRequest { Resources = [Change("t", "1"), Change("u", "2"), Change("t", "3")] }, version: 1);
        Assert.Equal([("t", KafkaError.InvalidRequest), ("u", KafkaError.None)], changed.Results.Select(result => (result.ResourceName, result.ErrorCode)));
        AlterConfigsRequest.Resource Replace(string topic) => new() { ResourceType = 2, ResourceName = topic };
        AlterConfigsResponse replaced = await client.AskAsync(new AlterConfigsRequest { Resources = [Replace("u"), Replace("t"), Replace("u")] }, version: 2);
        Assert.Equal([("u", KafkaError.InvalidRequest), ("t", KafkaError.None)], replaced.Results.Select(result => (result.ResourceName, result.ErrorCode)));

        DeleteTopicsResponse deleted = await client.AskAsync(new DeleteTopicsRequest { TopicNames = ["t", "u", "t"] }, version: 5);
        Assert.Equal([("t", KafkaError.InvalidRequest), ("u", KafkaError.None)], deleted.Topics.Select(topic => (topic.Name, topic.ErrorCode)));
        using WireClient again = await broker.ConnectAsync("u", partitions: 2);

        ListOffsetsResponse ends = await client.AskAsync(
            new ListOffsetsRequest { Topics = [new() { Name = "u", Partitions = [new() { Index = 0, Timestamp = -1 }, new() { Index = 1, Timestamp = -2 }, new() { Index = 0, Timestamp = -2 }] }] },
            version: 5);
        Assert.Equal([KafkaError.InvalidRequest, KafkaError.None, KafkaError.InvalidRequest], ends.Topics[0].Partitions.Select(partition => partition.ErrorCode));
    }

    [Fact]
    public async Task The_oldest_versions_of_the_requests_about_topics_are_served_as_old_clients_go_on_sending_them()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync();
        var create = new CreateTopicsRequest { Topics = [new() { Name = "t", NumPartitions = 2, ReplicationFactor = 1 }] };
        Assert.Equal(KafkaError.None, (await client.AskAsync(create, version: 0)).Topics[0].ErrorCode);
        Assert.Equal(KafkaError.TopicAlreadyExists, (await client.AskAsync(create, version: 1)).Topics[0].ErrorCode);
        DescribeConfigsResponse described = await client.AskAsync(
            new DescribeConfigsRequest { Resources = [new() { ResourceType = 2, ResourceName = "t", ConfigNames = ["retention.ms"] }] }, version: 0);
        Assert.Equal(("604800000", true), (described.Results[0].Configs[0].Value, described.Results[0].Configs[0].IsDefault));
        Assert.Equal(KafkaError.None, (await client.AskAsync(new DeleteTopicsRequest { TopicNames = ["t"] }, version: 0)).Topics[0].ErrorCode);
    }

    [Fact]
    public async Task The_largest_timestamp_is_asked_for_in_versions_that_have_it()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("t");
        foreach ((long timestamp, short version, KafkaError error) in new[]
        {
            (-3L, (short)6, KafkaError.UnsupportedVersion), (-3L, (short)7, KafkaError.None), (-4L, (short)7, KafkaError.UnsupportedVersion), (long.MinValue, (short)1, KafkaError.UnsupportedVersion),
        })
        {
            ListOffsetsResponse found = await client.AskAsync(new ListOffsetsRequest { Topics = [new() { Name = "t", Partitions = [new() { Timestamp = timestamp }] }] }, version);
            Assert.Equal((error, -1L), (found.Topics[0].Partitions[0].ErrorCode, found.Topics[0].Partitions[0].Offset));
        }
    }

    [Fact]
    public async Task Without_tiered_storage_everything_is_local_and_nothing_is_tiered()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("t");
        await TestBroker.ProduceAsync(client, "t", TestBroker.Batch("value"));
        Assert.Equal((KafkaError.None, 0, 0), await AskAsync(-4, version: 8));
        Assert.Equal((KafkaError.None, 0, 0), await AskAsync(-4, version: 10));
        Assert.Equal((KafkaError.UnsupportedVersion, -1, -1), await AskAsync(-5, version: 8));
        Assert.Equal((KafkaError.None, -1, -1), await AskAsync(-5, version: 9));

        async Task<(KafkaError Error, long Offset, int Epoch)> AskAsync(long timestamp, short version)
        {
            ListOffsetsResponse found = await client.AskAsync(
                new ListOffsetsRequest { TimeoutMs = 5, Topics = [new() { Name = "t", Partitions = [new() { Timestamp = timestamp }] }] }, version);
            ListOffsetsResponse.Partition answer = found.Topics[0].Partitions[0];
            return (answer.ErrorCode, answer.Offset, answer.LeaderEpoch);
        }
    }

    [Fact]
    public async Task A_client_that_cannot_read_Zstandard_is_told_so_by_a_topic_that_writes_it()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("t", 1, ("compression.type", "zstd"));
        await TestBroker.ProduceAsync(client, "t", TestBroker.Batch("value"));
        Assert.Equal(KafkaError.UnsupportedCompressionType, (await TestBroker.FetchAsync(client, TestBroker.Fetch("t", 0), version: 9)).ErrorCode);
        Assert.Equal(["value"], TestBroker.Values((await TestBroker.FetchAsync(client, TestBroker.Fetch("t", 0), version: 10)).Records));
    }

    [Fact]
    public async Task A_fetch_of_nothing_is_answered_at_once()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync();
        for (short version = 4; version <= 12; version++)
        {
            FetchResponse fetched = await client.AskAsync(new FetchRequest { MinBytes = 1, MaxBytes = 1, MaxWaitMs = 60_000, SessionEpoch = version < 7 ? -1 : 0 }, version);
            Assert.Equal((KafkaError.None, 0, 0), (fetched.ErrorCode, fetched.SessionId, fetched.Topics.Count));
        }
    }

    [Fact]
    public async Task Who_reads_committed_records_only_is_told_that_nothing_was_aborted()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("t");
        await TestBroker.ProduceAsync(client, "t", TestBroker.Batch("a", "b"));
        FetchRequest request = TestBroker.Fetch("t", 0);
        request.IsolationLevel = 1;
        FetchResponse.Partition fetched = await TestBroker.FetchAsync(client, request);
        Assert.Equal((2L, 0), (fetched.LastStableOffset, fetched.AbortedTransactions!.Count));
        Assert.Null((await TestBroker.FetchAsync(client, TestBroker.Fetch("t", 0))).AbortedTransactions);
        ListOffsetsResponse end = await client.AskAsync(
            new ListOffsetsRequest { IsolationLevel = 1, Topics = [new() { Name = "t", Partitions = [new() { Timestamp = -1 }] }] }, version: 7);
        Assert.Equal(2, end.Topics[0].Partitions[0].Offset);
    }

    [Fact]
    public async Task Configs_of_what_cannot_be_and_of_what_is_not_there_have_different_errors()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("t");
        DescribeConfigsResponse described = await client.AskAsync(
            new DescribeConfigsRequest
            {
                Resources = [.. new (sbyte, string)[] { (2, "missing"), (2, "no/topic"), (4, "1"), (4, ""), (4, "2"), (4, "one"), (8, "1") }
                    .Select(resource => new DescribeConfigsRequest.Resource { ResourceType = resource.Item1, ResourceName = resource.Item2 })],
            },
            version: 4);
        Assert.Equal(
            [KafkaError.UnknownTopicOrPartition, KafkaError.InvalidTopic, KafkaError.None, KafkaError.None, KafkaError.InvalidRequest, KafkaError.InvalidRequest, KafkaError.InvalidRequest],
            described.Results.Select(result => result.ErrorCode));
    }

    [Fact]
    public async Task Replicas_that_there_are_not_are_refused_and_the_default_is_one()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync();
        CreateTopicsResponse made = await client.AskAsync(
            new CreateTopicsRequest
            {
                Topics =
                [
                    new() { Name = "default", NumPartitions = -1, ReplicationFactor = -1 },
                    new() { Name = "three", NumPartitions = 1, ReplicationFactor = 3 },
                    new() { Name = "none", NumPartitions = 1, ReplicationFactor = 0 },
                    new() { Name = "assigned", NumPartitions = -1, ReplicationFactor = -1, Assignments = [new() { Index = 0, BrokerIds = [1] }, new() { Index = 1, BrokerIds = [1] }] },
                    new() { Name = "elsewhere", NumPartitions = -1, ReplicationFactor = -1, Assignments = [new() { Index = 0, BrokerIds = [7] }] },
                ],
            },
            version: 5);
        Assert.Equal(
            [KafkaError.None, KafkaError.InvalidReplicationFactor, KafkaError.InvalidReplicationFactor, KafkaError.None, KafkaError.InvalidReplicaAssignment],
            made.Topics.Select(topic => topic.ErrorCode));
        Assert.Equal([(1, 1), (-1, -1), (-1, -1), (2, 1), (-1, -1)], made.Topics.Select(topic => (topic.NumPartitions, (int)topic.ReplicationFactor)));
    }

    [Fact]
    public async Task What_there_is_one_of_is_not_moved_and_not_elected()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("t");
        string here = (await client.AskAsync(new DescribeLogDirsRequest { Topics = null }, version: 2)).Results[0].LogDir;
        foreach (short version in new short[] { 1, 2 })
        {
            AlterReplicaLogDirsResponse moved = await client.AskAsync(
                new AlterReplicaLogDirsRequest
                {
                    Dirs =
                    [
                        new() { Path = here, Topics = [new() { Name = "t", PartitionIndexes = [0, 1] }] },
                        new() { Path = "/elsewhere", Topics = [new() { Name = "t", PartitionIndexes = [0] }] },
                    ],
                },
                version);
            Assert.Equal(
                [KafkaError.None, KafkaError.UnknownTopicOrPartition, KafkaError.LogDirNotFound],
                moved.Topics.SelectMany(topic => topic.Partitions).Select(partition => partition.ErrorCode));
        }

        foreach (short version in new short[] { 0, 1, 2 })
        {
            ElectLeadersResponse elected = await client.AskAsync(new ElectLeadersRequest { Topics = [new() { Name = "t", PartitionIndexes = [0, 1] }] }, version);
            Assert.Equal([KafkaError.ElectionNotNeeded, KafkaError.UnknownTopicOrPartition], elected.Topics[0].Partitions.Select(partition => partition.ErrorCode));
            Assert.Empty((await client.AskAsync(new ElectLeadersRequest { Topics = null }, version)).Topics);
        }

        AlterPartitionReassignmentsResponse reassigned = await client.AskAsync(
            new AlterPartitionReassignmentsRequest
            {
                Topics = [new() { Name = "t", Partitions = [new() { Replicas = [1] }, new() { Replicas = [2] }, new() { Replicas = [1, 2] }, new() { Replicas = [] }, new(), new() { Index = 1, Replicas = [1] }] }],
            },
            version: 0);
        Assert.Equal(
            [KafkaError.None, KafkaError.InvalidReplicaAssignment, KafkaError.InvalidReplicaAssignment, KafkaError.InvalidReplicaAssignment, KafkaError.NoReassignmentInProgress, KafkaError.UnknownTopicOrPartition],
            reassigned.Topics[0].Partitions.Select(partition => partition.ErrorCode));
        ListPartitionReassignmentsResponse moving = await client.AskAsync(new ListPartitionReassignmentsRequest { Topics = null }, version: 0);
        Assert.Equal((KafkaError.None, 0), (moving.ErrorCode, moving.Topics.Count));
    }

    [Fact]
    public async Task A_producer_that_wants_transactions_is_told_what_no_client_asks_again_after()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync();
        FindCoordinatorResponse found = await client.AskAsync(new FindCoordinatorRequest { Key = "id", KeyType = 1 }, version: 2);
        Assert.Equal((KafkaError.TransactionalIdAuthorizationFailed, "Transactions are not served yet."), (found.ErrorCode, found.ErrorMessage));
        InitProducerIdResponse begun = await client.AskAsync(new InitProducerIdRequest { TransactionalId = "id", TransactionTimeoutMs = 1000 }, version: 2);
        Assert.Equal(KafkaError.TransactionalIdAuthorizationFailed, begun.ErrorCode);
    }
}
