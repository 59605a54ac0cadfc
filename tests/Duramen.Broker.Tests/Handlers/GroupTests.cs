using Duramen.Coordination.Catalog;
using Duramen.Coordination.Groups;
using Duramen.Coordination.Topics.Commands;
using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Log;
using Duramen.State.Machines;
using Duramen.Testing.Kafka;

namespace Duramen.Broker.Tests.Handlers;

public sealed class GroupTests
{
    [Fact]
    public async Task A_member_joins_gets_its_assignment_commits_and_finds_its_offset_after_a_restart()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("t");
        FindCoordinatorResponse coordinator = await client.AskAsync(new FindCoordinatorRequest { Keys = ["g"] }, version: 4);
        Assert.Equal((KafkaError.None, 1), (coordinator.Coordinators[0].ErrorCode, coordinator.Coordinators[0].NodeId));
        JoinGroupResponse joined = await JoinAsync(client, "g");
        Assert.Equal((KafkaError.None, 1, joined.MemberId), (joined.ErrorCode, joined.GenerationId, joined.Leader));
        SyncGroupResponse synced = await client.AskAsync(
            new SyncGroupRequest
            {
                GroupId = "g",
                GenerationId = 1,
                MemberId = joined.MemberId,
                ProtocolType = "consumer",
                ProtocolName = "range",
                Assignments = [new() { MemberId = joined.MemberId, Assignment = new byte[] { 1, 2, 3 } }],
            },
            version: 5);
        Assert.Equal((KafkaError.None, "range"), (synced.ErrorCode, synced.ProtocolName));
        Assert.Equal([1, 2, 3], synced.Assignment.ToArray());
        Assert.Equal(
            KafkaError.None,
            (await client.AskAsync(new HeartbeatRequest { GroupId = "g", GenerationId = 1, MemberId = joined.MemberId }, version: 4)).ErrorCode);
        OffsetCommitResponse committed = await client.AskAsync(
            new OffsetCommitRequest
            {
                GroupId = "g",
                GenerationId = 1,
                MemberId = joined.MemberId,
                Topics = [new() { Name = "t", Partitions = [new() { Index = 0, CommittedOffset = 42, Metadata = "note" }] }, new() { Name = "missing", Partitions = [new() { Index = 0 }] }],
            },
            version: 8);
        Assert.Equal([KafkaError.None, KafkaError.UnknownTopicOrPartition], committed.Topics.Select(topic => topic.Partitions[0].ErrorCode));

        await broker.RestartAsync();
        using WireClient again = await broker.ConnectAsync();
        OffsetFetchResponse all = await again.AskAsync(new OffsetFetchRequest { Groups = [new() { GroupId = "g", Topics = null }] }, version: 8);
        Assert.Equal((42L, "note"), (all.Groups[0].Topics[0].Partitions[0].CommittedOffset, all.Groups[0].Topics[0].Partitions[0].Metadata));
        OffsetFetchResponse one = await again.AskAsync(new OffsetFetchRequest { GroupId = "g", Topics = [new() { Name = "t", PartitionIndexes = [0, 7] }] }, version: 1);
        Assert.Equal([42L, -1L], one.Topics[0].Partitions.Select(partition => partition.CommittedOffset));
        Assert.Equal([("g", "Stable")], (await again.AskAsync(new ListGroupsRequest(), version: 4)).Groups.Select(group => (group.GroupId, group.State)));
        LeaveGroupResponse left = await again.AskAsync(new LeaveGroupRequest { GroupId = "g", Members = [new() { MemberId = joined.MemberId }] }, version: 5);
        Assert.Equal(KafkaError.None, left.Members[0].ErrorCode);
    }

    [Fact]
    public async Task A_second_member_waits_in_its_join_until_the_first_has_joined_again()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient first = await broker.ConnectAsync("t");
        using WireClient second = await broker.ConnectAsync();
        JoinGroupResponse one = await JoinAsync(first, "g");
        await first.AskAsync(new SyncGroupRequest { GroupId = "g", GenerationId = 1, MemberId = one.MemberId }, version: 3);
        Task<JoinGroupResponse> joining = JoinAsync(second, "g");
        KafkaError heartbeat = KafkaError.None;
        while (heartbeat == KafkaError.None)
        {
            heartbeat = (await first.AskAsync(new HeartbeatRequest { GroupId = "g", GenerationId = 1, MemberId = one.MemberId }, version: 3)).ErrorCode;
        }

        Assert.Equal(KafkaError.RebalanceInProgress, heartbeat);
        JoinGroupResponse rejoined = await JoinAsync(first, "g", one.MemberId);
        Assert.Equal((2, 2), (rejoined.GenerationId, (await joining).GenerationId));
        Assert.Equal(2, rejoined.Members.Count + (await joining).Members.Count);
    }

    [Fact]
    public async Task A_topic_that_is_deleted_takes_the_offsets_in_it_along()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("t");
        var commit = new OffsetCommitRequest { GroupId = "g", Topics = [new() { Name = "t", Partitions = [new() { Index = 0, CommittedOffset = 5 }] }] };
        Assert.Equal(KafkaError.None, (await client.AskAsync(commit, version: 2)).Topics[0].Partitions[0].ErrorCode);
        await client.AskAsync(new DeleteTopicsRequest { TopicNames = ["t"], TimeoutMs = 1000 }, version: 4);
        using WireClient again = await broker.ConnectAsync("t");
        OffsetFetchResponse fetched = await again.AskAsync(new OffsetFetchRequest { GroupId = "g", Topics = [new() { Name = "t", PartitionIndexes = [0] }] }, version: 7);
        Assert.Equal(-1, fetched.Topics[0].Partitions[0].CommittedOffset);
    }

    [Fact]
    public async Task Groups_are_described_listed_and_deleted()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("t");
        Assert.Empty((await client.AskAsync(new ListGroupsRequest(), version: 4)).Groups);
        var commit = new OffsetCommitRequest { GroupId = "idle", Topics = [new() { Name = "t", Partitions = [new() { Index = 0, CommittedOffset = 5 }] }] };
        await client.AskAsync(commit, version: 8);
        JoinGroupResponse joined = await JoinAsync(client, "busy");
        DescribeGroupsResponse described = await client.AskAsync(new DescribeGroupsRequest { Groups = ["busy", "idle", "none"] }, version: 5);
        Assert.Equal(["CompletingRebalance", "Empty", "Dead"], described.Groups.Select(group => group.State));
        Assert.Equal("/127.0.0.1", described.Groups[0].Members[0].ClientHost);
        Assert.Equal(["busy"], (await client.AskAsync(new ListGroupsRequest { StatesFilter = ["completingrebalance"] }, version: 4)).Groups.Select(group => group.GroupId));
        Assert.Equal([("busy", "classic")], (await client.AskAsync(new ListGroupsRequest { StatesFilter = ["completingrebalance"], TypesFilter = ["consumer", "Classic"] }, version: 5)).Groups.Select(group => (group.GroupId, group.Type)));
        Assert.Empty((await client.AskAsync(new ListGroupsRequest { TypesFilter = ["consumer"] }, version: 5)).Groups);
        DeleteGroupsResponse deleted = await client.AskAsync(new DeleteGroupsRequest { GroupIds = ["busy", "idle", "none"] }, version: 2);
        Assert.Equal([KafkaError.NonEmptyGroup, KafkaError.None, KafkaError.GroupIdNotFound], deleted.Results.Select(result => result.ErrorCode));
        OffsetDeleteResponse offsets = await client.AskAsync(new OffsetDeleteRequest { GroupId = "idle", Topics = [new() { Name = "t", Partitions = [new() { Index = 0 }] }] }, version: 0);
        Assert.Equal(KafkaError.GroupIdNotFound, offsets.ErrorCode);
        Assert.NotEmpty(joined.MemberId);
    }

    [Fact]
    public async Task A_member_that_waits_for_others_is_let_go_when_the_broker_drains()
    {
        await using TestBroker broker = await TestBroker.StartAsync(options => options with { Groups = options.Groups with { InitialRebalanceDelayMs = 60_000 } });
        using WireClient client = await broker.ConnectAsync("t");
        Task<JoinGroupResponse> joining = JoinAsync(client, "g");
        using WireClient other = await broker.ConnectAsync();
        string state = "";
        while (state != "PreparingRebalance")
        {
            state = (await other.AskAsync(new DescribeGroupsRequest { Groups = ["g"] }, version: 5)).Groups[0].State;
        }

        await broker.Broker.DrainAsync();
        Assert.Equal(KafkaError.CoordinatorNotAvailable, (await joining).ErrorCode);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("a", 47)]
    [InlineData("my-group", 12)]
    [InlineData("polygenelubricants", 0)]
    public void A_group_is_in_the_partition_where_kafkas_tools_look_for_it(string group, int partition) =>
        Assert.Equal(partition, OffsetsTopic.PartitionOf(group, 50));

    private static async Task<JoinGroupResponse> JoinAsync(WireClient client, string group, string memberId = "")
    {
        JoinGroupRequest Request(string member) => new()
        {
            GroupId = group,
            SessionTimeoutMs = 30_000,
            RebalanceTimeoutMs = 60_000,
            MemberId = member,
            ProtocolType = "consumer",
            Protocols = [new() { Name = "range", Metadata = new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 } }],
        };
        JoinGroupResponse response = await client.AskAsync(Request(memberId), version: 5);
        return response.ErrorCode == KafkaError.MemberIdRequired ? await client.AskAsync(Request(response.MemberId), version: 5) : response;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_topic_whose_deletion_was_cut_short_leaves_no_offsets_to_the_next_of_its_name(bool isMadeByAsking)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using (WireClient client = await broker.ConnectAsync("t"))
        {
            using WireClient other = await broker.ConnectAsync("kept");
            foreach (string topic in new[] { "t", "kept" })
            {
                await client.AskAsync(
                    new OffsetCommitRequest { GroupId = "g", GenerationId = -1, Topics = [new() { Name = topic, Partitions = [new() { CommittedOffset = 3 }] }] }, version: 7);
            }
        }

        // The catalog decided, and the broker died before the groups were told.
        await broker.RestartAsync(async folder =>
        {
            await using var catalog = new MachineKeeper<ClusterCatalog>(() => new ClusterCatalog(), ((ILogStore)folder).Find(ClusterCatalog.LogName)!, TimeProvider.System);
            Assert.NotNull((await catalog.ExecuteAsync(new DeleteTopic("t"))).Topic);
        });
        using WireClient again = isMadeByAsking ? await broker.ConnectAsync() : await broker.ConnectAsync("t");
        await again.AskAsync(new MetadataRequest { Topics = [new() { Name = "t" }] }, version: 9);
        OffsetFetchResponse offsets = await again.AskAsync(new OffsetFetchRequest { GroupId = "g" }, version: 7);
        Assert.Equal(["kept"], offsets.Topics.Select(topic => topic.Name));
    }
}
