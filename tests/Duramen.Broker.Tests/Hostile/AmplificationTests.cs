using Duramen.Broker.Tests.Connections;
using Duramen.Broker.Tests.Handlers;
using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Testing.Kafka;

namespace Duramen.Broker.Tests.Hostile;

/// <summary>Small requests whose answers would be large, if they were taken at their word.</summary>
public sealed class AmplificationTests
{
    private const int Repeats = 20_000;

    [Fact]
    public async Task A_topic_that_is_asked_for_many_times_is_described_once()
    {
        await using HostileBroker broker = await HostileBroker.StartAsync();
        using (WireClient client = await broker.Broker.ConnectAsync("t", partitions: 200))
        {
            MetadataResponse metadata = await client.AskAsync(new MetadataRequest { Topics = Many(() => new MetadataRequest.Topic { Name = "t" }) }, version: 9);
            Assert.Equal(200, Assert.Single(metadata.Topics).Partitions.Count);
        }

        await broker.AssertUnharmedAsync("repeated topics");
    }

    [Fact]
    public async Task Configs_that_are_asked_for_many_times_are_described_once()
    {
        await using HostileBroker broker = await HostileBroker.StartAsync();
        using (WireClient client = await broker.Broker.ConnectAsync("t"))
        {
            DescribeConfigsResponse configs = await client.AskAsync(
                new DescribeConfigsRequest { Resources = Many(() => new DescribeConfigsRequest.Resource { ResourceType = 2, ResourceName = "t" }), IncludeDocumentation = true }, version: 4);
            Assert.Single(configs.Results);
        }

        await broker.AssertUnharmedAsync("repeated resources");
    }

    [Fact]
    public async Task A_group_that_is_asked_for_many_times_is_described_once_and_its_offsets_too()
    {
        await using HostileBroker broker = await HostileBroker.StartAsync();
        using (WireClient client = await broker.Broker.ConnectAsync("t"))
        {
            await client.AskAsync(
                new OffsetCommitRequest { GroupId = "g", GenerationId = -1, Topics = [new() { Name = "t", Partitions = [new() { CommittedOffset = 1, Metadata = new string('m', 4000) }] }] },
                version: 7);
            DescribeGroupsResponse groups = await client.AskAsync(new DescribeGroupsRequest { Groups = Many(() => "g") }, version: 5);
            Assert.Single(groups.Groups);
            OffsetFetchResponse offsets = await client.AskAsync(new OffsetFetchRequest { Groups = Many(() => new OffsetFetchRequest.Group { GroupId = "g" }) }, version: 8);
            Assert.Single(Assert.Single(offsets.Groups).Topics);
            offsets = await client.AskAsync(
                new OffsetFetchRequest { GroupId = "g", Topics = [new() { Name = "t", PartitionIndexes = Many(() => 0) }, new() { Name = "t", PartitionIndexes = Many(() => 0) }] }, version: 5);
            Assert.Single(Assert.Single(offsets.Topics).Partitions);
        }

        await broker.AssertUnharmedAsync("repeated groups");
    }

    [Fact]
    public async Task A_partition_that_is_fetched_many_times_in_one_request_is_waited_for_once()
    {
        await using HostileBroker broker = await HostileBroker.StartAsync();
        using (WireClient client = await broker.Broker.ConnectAsync("t"))
        {
            await TestBroker.ProduceAsync(client, "t", TestBroker.Batch("value"));
            FetchRequest request = TestBroker.Fetch("t", 0);
            request.Topics[0].Partitions = Many(() => new FetchRequest.Partition { Index = 0, MaxBytes = 1 << 20 });
            FetchResponse fetched = await client.AskAsync(request, version: 11);
            Assert.Equal(["value"], TestBroker.Values(fetched.Topics[0].Partitions[0].Records));
            Assert.All(fetched.Topics[0].Partitions.Skip(1), partition => Assert.Equal(KafkaError.InvalidRequest, partition.ErrorCode));
        }

        await broker.AssertUnharmedAsync("repeated partitions");
    }

    [Fact]
    public async Task One_request_makes_a_bounded_number_of_partitions()
    {
        await using HostileBroker broker = await HostileBroker.StartAsync();
        using (WireClient client = await broker.Broker.ConnectAsync())
        {
            CreateTopicsResponse made = await client.AskAsync(
                new CreateTopicsRequest
                {
                    ValidateOnly = true,
                    Topics = [.. Enumerable.Range(0, 4).Select(number => new CreateTopicsRequest.Topic { Name = $"large-{number}", NumPartitions = 3000, ReplicationFactor = 1 })],
                },
                version: 7);
            Assert.Equal(
                [KafkaError.None, KafkaError.None, KafkaError.None, KafkaError.PolicyViolation],
                made.Topics.Select(topic => topic.ErrorCode));
        }

        await broker.AssertUnharmedAsync("many partitions");
    }

    [Fact]
    public async Task Names_of_topics_and_groups_are_never_paths()
    {
        await using HostileBroker broker = await HostileBroker.StartAsync();
        using (WireClient client = await broker.Broker.ConnectAsync("t"))
        {
            foreach (string name in new[] { "", ".", "..", "../../etc/passwd", "/etc/passwd", "a/b", "a\\b", "a\0b", "a\r\nb", "%2e%2e", "\u202Eb", new string('x', 250), new string('x', 30_000) })
            {
                MetadataResponse described = await client.AskAsync(new MetadataRequest { Topics = [new() { Name = name }] }, version: 9);
                Assert.Equal(KafkaError.InvalidTopic, described.Topics[0].ErrorCode);
                CreateTopicsResponse made = await client.AskAsync(
                    new CreateTopicsRequest { Topics = [new() { Name = name, NumPartitions = 1, ReplicationFactor = 1 }] }, version: 7);
                Assert.Equal(KafkaError.InvalidTopic, made.Topics[0].ErrorCode);

                // A group may have any name, none at all included, and it is data.
                OffsetCommitResponse committed = await client.AskAsync(
                    new OffsetCommitRequest { GroupId = name, GenerationId = -1, Topics = [new() { Name = "t", Partitions = [new() { CommittedOffset = 3 }] }] }, version: 7);
                Assert.Equal(KafkaError.None, committed.Topics[0].Partitions[0].ErrorCode);
            }
        }

        await broker.AssertUnharmedAsync("names like paths");
    }

    // Each byte that is no UTF-8 is read as a character of three bytes.
    [Theory]
    [InlineData(ApiKey.Metadata, 4)]
    [InlineData(ApiKey.DeleteTopics, 1)]
    [InlineData(ApiKey.DescribeGroups, 0)]
    [InlineData(ApiKey.DeleteGroups, 0)]
    public async Task A_name_that_cannot_be_repeated_closes_the_connection_of_whoever_sent_it(ApiKey api, short version)
    {
        await using HostileBroker broker = await HostileBroker.StartAsync();
        using (TestClient client = await broker.ConnectAsync())
        {
            byte[] body = new byte[4 + 2 + short.MaxValue + 4];
            body[3] = 1;
            (body[4], body[5]) = (0x7F, 0xFF);
            body.AsSpan(6, short.MaxValue).Fill(0xFF);
            await client.SendAsync(Attack.Frame((short)api, version, api == ApiKey.Metadata ? body[..^3] : api == ApiKey.DeleteTopics ? body : body[..^4]));
            await client.AssertClosedAsync();
        }

        await broker.AssertUnharmedAsync("text that grows");
    }

    private static List<T> Many<T>(Func<T> make) => [.. Enumerable.Range(0, Repeats).Select(_ => make())];
}
