using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Kafka.Wire;
using Duramen.Testing.Kafka;

namespace Duramen.Broker.Tests.Handlers;

public sealed class AdminTests
{
    [Fact]
    public async Task What_is_advertised_is_what_is_served_with_kafkas_minimum_for_produce()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync();
        ApiVersionsResponse response = await client.AskAsync(new ApiVersionsRequest { ClientSoftwareName = "test", ClientSoftwareVersion = "1.0" }, version: 3);
        Assert.Equal(KafkaError.None, response.ErrorCode);
        Assert.Equal(KafkaApis.All.Select(api => (short)api.Key).Order(), response.Apis.Select(api => api.Key));
        Assert.Equal(0, response.Apis.Single(api => api.Key == (short)ApiKey.Produce).MinVersion);
        Assert.Equal(-1, response.FinalizedFeaturesEpoch);
    }

    [Fact]
    public async Task A_version_of_api_versions_that_does_not_exist_is_answered_in_the_oldest_layout_and_the_connection_stays_open()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync();
        byte[] request = [0, 0, 0, 14, 0, 18, 0, 99, 0, 0, 0, 7, 0, 2, (byte)'m', (byte)'e', 0, 0];
        await client.SendAsync(request);
        ApiVersionsResponse response = KafkaFrames.ReadResponse<ApiVersionsResponse>((await client.ReceiveAsync())!, 0, out int correlation);
        Assert.Equal((7, KafkaError.UnsupportedVersion), (correlation, response.ErrorCode));
        ApiVersionsResponse.Api own = Assert.Single(response.Apis);
        Assert.Equal(((short)18, (short)0, (short)4), (own.Key, own.MinVersion, own.MaxVersion));
        Assert.Equal(KafkaError.None, (await client.AskAsync(new ApiVersionsRequest(), version: 2)).ErrorCode);
    }

    [Theory]
    [InlineData("", "1.0")]
    [InlineData("name", "-1")]
    [InlineData("a b", "1.0")]
    public async Task A_client_that_names_itself_as_none_may_is_told_so(string name, string version)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync();
        ApiVersionsResponse response = await client.AskAsync(new ApiVersionsRequest { ClientSoftwareName = name, ClientSoftwareVersion = version }, version: 3);
        Assert.Equal(KafkaError.InvalidRequest, response.ErrorCode);
    }

    [Fact]
    public async Task Any_other_key_or_version_that_is_not_served_closes_the_connection()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        foreach ((byte key, byte version) in new (byte, byte)[] { (0, 2), (0, 10), (1, 3), (17, 0), (200, 0) })
        {
            using WireClient client = await broker.ConnectAsync();
            await client.SendAsync(new byte[] { 0, 0, 0, 10, 0, key, 0, version, 0, 0, 0, 1, 0xFF, 0xFF });
            Assert.Null(await client.ReceiveAsync());
        }
    }

    [Fact]
    public async Task A_request_that_does_not_decode_closes_its_connection()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync();
        await client.SendAsync(new byte[] { 0, 0, 0, 12, 0, 3, 0, 1, 0, 0, 0, 1, 0xFF, 0xFF, 0x7F, 0xFF });
        Assert.Null(await client.ReceiveAsync());
    }

    [Fact]
    public async Task Bytes_behind_a_request_are_left_alone_since_librdkafka_sends_some()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("topic");
        // All topics as librdkafka 2.12 asks for them: the null array has four bytes instead of one.
        byte[] request = [0, 0, 0, 19, 0, 3, 0, 9, 0, 0, 0, 7, 0xFF, 0xFF, 0, 0, 0, 0, 0, 1, 0, 0, 0];
        await client.SendAsync(request);
        MetadataResponse response = KafkaFrames.ReadResponse<MetadataResponse>((await client.ReceiveAsync())!, 9, out int correlation);
        Assert.Equal(7, correlation);
        Assert.Equal("topic", Assert.Single(response.Topics).Name);
    }

    [Fact]
    public async Task In_the_oldest_version_an_empty_list_asks_for_all_topics_and_later_for_none()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("t", partitions: 2);
        Assert.Single((await client.AskAsync(new MetadataRequest { Topics = [] }, version: 0)).Topics);
        Assert.Empty((await client.AskAsync(new MetadataRequest { Topics = [] }, version: 1)).Topics);
        MetadataResponse all = await client.AskAsync(new MetadataRequest { Topics = null }, version: 9);
        Assert.Equal((1, "test-cluster", "127.0.0.1"), (all.ControllerId, all.ClusterId, all.Brokers[0].Host));
        Assert.Equal([0, 1], all.Topics[0].Partitions.Select(partition => partition.Index));
        Assert.All(all.Topics[0].Partitions, partition => Assert.Equal((1, 0), (partition.LeaderId, partition.LeaderEpoch)));
    }

    [Fact]
    public async Task A_topic_is_found_by_its_id_and_one_that_nobody_has_has_no_name()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("t", partitions: 2);
        Guid id = (await client.AskAsync(new MetadataRequest { Topics = [new() { Name = "t" }] }, version: 13)).Topics[0].TopicId;
        var unknown = Guid.NewGuid();
        MetadataResponse found = await client.AskAsync(
            new MetadataRequest { Topics = [new() { TopicId = unknown, Name = "" }, new() { TopicId = id, Name = "" }, new() { TopicId = id, Name = null }] }, version: 12);

        Assert.Equal([(null, KafkaError.UnknownTopicId, unknown), ("t", KafkaError.None, id)], found.Topics.Select(topic => (topic.Name, topic.ErrorCode, topic.TopicId)));
    }

    [Fact]
    public async Task A_topic_is_made_when_a_client_asks_for_it_and_allows_it()
    {
        await using TestBroker broker = await TestBroker.StartAsync(options => options with { DefaultPartitions = 3 });
        using WireClient client = await broker.ConnectAsync();
        MetadataResponse refused = await client.AskAsync(new MetadataRequest { Topics = [new() { Name = "t" }], AllowAutoTopicCreation = false }, version: 9);
        Assert.Equal(KafkaError.UnknownTopicOrPartition, refused.Topics[0].ErrorCode);
        MetadataResponse made = await client.AskAsync(new MetadataRequest { Topics = [new() { Name = "t" }, new() { Name = "no spaces" }] }, version: 9);
        Assert.Equal((KafkaError.None, 3), (made.Topics[0].ErrorCode, made.Topics[0].Partitions.Count));
        Assert.Equal(KafkaError.InvalidTopic, made.Topics[1].ErrorCode);
    }

    [Fact]
    public async Task A_broker_that_makes_no_topics_by_itself_says_that_there_is_none()
    {
        await using TestBroker broker = await TestBroker.StartAsync(options => options with { AutoCreateTopics = false });
        using WireClient client = await broker.ConnectAsync();
        MetadataResponse response = await client.AskAsync(new MetadataRequest { Topics = [new() { Name = "t" }] }, version: 9);
        Assert.Equal(KafkaError.UnknownTopicOrPartition, response.Topics[0].ErrorCode);
    }

    [Fact]
    public async Task Topics_are_made_each_for_itself_and_refused_with_kafkas_errors()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("there");
        CreateTopicsRequest.Topic Topic(string name, int partitions = 1, short replicas = 1, string? config = null) => new()
        {
            Name = name,
            NumPartitions = partitions,
            ReplicationFactor = replicas,
            Configs = config is null ? [] : [new() { Name = config, Value = "nonsense" }],
        };
        CreateTopicsResponse response = await client.AskAsync(
            new CreateTopicsRequest
            {
                Topics =
                [
                    Topic("fine"), Topic("there"), Topic("no/slash"), Topic("a", partitions: 0), Topic("b", replicas: 3), Topic("c", config: "retention.ms"),
                    Topic("d", config: "no.such.config"), Topic("twice"), Topic("twice"),
                ],
            },
            version: 7);
        Assert.Equal(
            [
                ("fine", KafkaError.None), ("there", KafkaError.TopicAlreadyExists), ("no/slash", KafkaError.InvalidTopic), ("a", KafkaError.InvalidPartitions),
                ("b", KafkaError.InvalidReplicationFactor), ("c", KafkaError.InvalidConfig), ("d", KafkaError.InvalidConfig), ("twice", KafkaError.InvalidRequest),
            ],
            response.Topics.Select(topic => (topic.Name, topic.ErrorCode)));
        Assert.Contains(response.Topics[0].Configs!, config => config.Name == "retention.ms");
        CreateTopicsResponse validated = await client.AskAsync(new CreateTopicsRequest { Topics = [Topic("only-asked")], ValidateOnly = true }, version: 7);
        Assert.Equal(KafkaError.None, validated.Topics[0].ErrorCode);
        Assert.Equal(2, (await client.AskAsync(new MetadataRequest { Topics = null }, version: 9)).Topics.Count);
    }

    [Fact]
    public async Task Partitions_are_added_and_never_taken_away()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("t", partitions: 2);
        async Task<KafkaError> Grow(string topic, int count) =>
            (await client.AskAsync(new CreatePartitionsRequest { Topics = [new() { Name = topic, Count = count, Assignments = null }], TimeoutMs = 1000 }, version: 3)).Topics[0].ErrorCode;
        Assert.Equal(KafkaError.None, await Grow("t", 4));
        Assert.Equal(KafkaError.InvalidPartitions, await Grow("t", 3));
        Assert.Equal(KafkaError.UnknownTopicOrPartition, await Grow("missing", 3));
        Assert.Equal(KafkaError.None, (await TestBroker.ProduceAsync(client, "t", TestBroker.Batch("x"), partition: 3)).ErrorCode);
    }

    [Fact]
    public async Task Configs_are_described_changed_and_in_force()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("t");
        async Task<(KafkaError, string, int)> Describe(string name)
        {
            DescribeConfigsResponse response = await client.AskAsync(
                new DescribeConfigsRequest { Resources = [new() { ResourceType = 2, ResourceName = "t", ConfigNames = [name] }], IncludeSynonyms = true }, version: 4);
            return (response.Results[0].ErrorCode, response.Results[0].Configs[0].Value!, response.Results[0].Configs[0].ConfigSource);
        }

        async Task<KafkaError> Change(string name, sbyte operation, string? value) =>
            (await client.AskAsync(
                new IncrementalAlterConfigsRequest { Resources = [new() { ResourceType = 2, ResourceName = "t", Configs = [new() { Name = name, Operation = operation, Value = value }] }] },
                version: 1)).Results[0].ErrorCode;

        Assert.Equal((KafkaError.None, "delete", 5), await Describe("cleanup.policy"));
        Assert.Equal(KafkaError.None, await Change("cleanup.policy", 2, "compact"));
        Assert.Equal((KafkaError.None, "delete,compact", 1), await Describe("cleanup.policy"));
        Assert.Equal(KafkaError.None, await Change("max.message.bytes", 0, "100"));
        Assert.Equal(KafkaError.MessageTooLarge, (await TestBroker.ProduceAsync(client, "t", TestBroker.Batch(new string('x', 200)))).ErrorCode);
        Assert.Equal(KafkaError.InvalidConfig, await Change("max.message.bytes", 0, "many"));
        Assert.Equal(KafkaError.InvalidRequest, await Change("max.message.bytes", 9, "1"));
        await client.AskAsync(new AlterConfigsRequest { Resources = [new() { ResourceType = 2, ResourceName = "t", Configs = [new() { Name = "retention.ms", Value = "5" }] }] }, version: 2);
        Assert.Equal((KafkaError.None, "1048588", 5), await Describe("max.message.bytes"));

        DescribeConfigsResponse own = await client.AskAsync(new DescribeConfigsRequest { Resources = [new() { ResourceType = 4, ResourceName = "1" }] }, version: 4);
        Assert.Contains(own.Results[0].Configs, config => config is { Name: "num.partitions", Value: "1", ReadOnly: true });
    }

    [Fact]
    public async Task Sizes_epochs_and_the_cluster_are_told()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("t");
        byte[] batch = TestBroker.Batch("x");
        await TestBroker.ProduceAsync(client, "t", batch);
        DescribeLogDirsResponse sizes = await client.AskAsync(new DescribeLogDirsRequest { Topics = null }, version: 4);
        Assert.Equal(batch.Length, sizes.Results[0].Topics.Single(topic => topic.Name == "t").Partitions[0].SizeBytes);
        DescribeClusterResponse cluster = await client.AskAsync(new DescribeClusterRequest(), version: 0);
        Assert.Equal(("test-cluster", 1, 1), (cluster.ClusterId, cluster.ControllerId, cluster.Brokers.Count));
        OffsetForLeaderEpochResponse epochs = await client.AskAsync(
            new OffsetForLeaderEpochRequest { Topics = [new() { Name = "t", Partitions = [new() { Index = 0, LeaderEpoch = 0 }, new() { Index = 0, LeaderEpoch = 5 }] }] }, version: 4);
        Assert.Equal([(0, 1L), (-1, -1L)], epochs.Topics[0].Partitions.Select(partition => (partition.LeaderEpoch, partition.EndOffset)));
    }

    [Fact]
    public async Task The_producers_of_a_partition_are_described_also_after_a_restart()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("t", partitions: 2);
        long before = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        await TestBroker.ProduceAsync(client, "t", TestBroker.Batch(builder => builder.SetProducer(new(7), 2, 0), "a", "b"));
        await TestBroker.ProduceAsync(client, "t", TestBroker.Batch("nobody's"));
        await TestBroker.ProduceAsync(client, "t", TestBroker.Batch(builder => builder.SetProducer(new(9), 0, 40), "c"));
        await broker.RestartAsync();
        using WireClient again = await broker.ConnectAsync();
        DescribeProducersResponse described = await again.AskAsync(
            new DescribeProducersRequest { Topics = [new() { Name = "t", PartitionIndexes = [0, 1, 2, 0] }, new() { Name = "missing", PartitionIndexes = [0] }] }, version: 0);
        Assert.Equal([0, 1, 2], described.Topics[0].Partitions.Select(partition => partition.Index));
        Assert.Equal([KafkaError.None, KafkaError.None, KafkaError.UnknownTopicOrPartition], described.Topics[0].Partitions.Select(partition => partition.ErrorCode));
        Assert.Equal(KafkaError.UnknownTopicOrPartition, described.Topics[1].Partitions[0].ErrorCode);
        Assert.Equal(
            [(7L, 2, 1), (9L, 0, 40)],
            described.Topics[0].Partitions[0].ActiveProducers.Select(producer => (producer.ProducerId, producer.ProducerEpoch, producer.LastSequence)));
        Assert.All(described.Topics[0].Partitions[0].ActiveProducers, producer =>
        {
            Assert.InRange(producer.LastTimestamp, before, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
            Assert.Equal((-1, -1L), (producer.CoordinatorEpoch, producer.CurrentTransactionStartOffset));
        });
        Assert.Empty(described.Topics[0].Partitions[1].ActiveProducers);
    }

    [Fact]
    public async Task All_topics_together_have_only_so_many_partitions_and_there_are_only_so_many_groups()
    {
        await using TestBroker broker = await TestBroker.StartAsync(options => options with { MaxPartitions = 12, OffsetsPartitions = 1, MaxGroups = 2 });
        using WireClient client = await broker.ConnectAsync("t", partitions: 9);
        CreateTopicsResponse made = await client.AskAsync(new CreateTopicsRequest { Topics = [new() { Name = "u", NumPartitions = 4, ReplicationFactor = 1 }] }, version: 7);
        Assert.Equal(KafkaError.PolicyViolation, made.Topics[0].ErrorCode);
        CreatePartitionsResponse grown = await client.AskAsync(new CreatePartitionsRequest { Topics = [new() { Name = "t", Count = 13, Assignments = null }] }, version: 3);
        Assert.Equal(KafkaError.PolicyViolation, grown.Topics[0].ErrorCode);
        Assert.Equal(KafkaError.None, (await client.AskAsync(new MetadataRequest { Topics = [new() { Name = "v" }] }, version: 9)).Topics[0].ErrorCode);
        async Task<KafkaError> Commit(string group) =>
            (await client.AskAsync(
                new OffsetCommitRequest { GroupId = group, GenerationId = -1, Topics = [new() { Name = "t", Partitions = [new() { CommittedOffset = 3 }] }] }, version: 7))
            .Topics[0].Partitions[0].ErrorCode;
        Assert.Equal([KafkaError.None, KafkaError.None, KafkaError.PolicyViolation], [await Commit("a"), await Commit("b"), await Commit("c")]);
        Assert.Equal(KafkaError.PolicyViolation, (await client.AskAsync(new MetadataRequest { Topics = [new() { Name = "w" }, new() { Name = "x" }] }, version: 9)).Topics[1].ErrorCode);
    }
}
