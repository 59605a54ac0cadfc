using Duramen.Coordination.Topics;
using Duramen.Coordination.Topics.Commands;
using Duramen.Core.Ids;

namespace Duramen.Coordination.Tests.Topics;

public sealed class CreateTopicTests : IAsyncDisposable
{
    private readonly CatalogFixture _catalog = new();

    public ValueTask DisposeAsync() => _catalog.DisposeAsync();

    [Fact]
    public async Task A_topic_has_what_was_asked_for_and_is_still_there_after_a_restart()
    {
        CreateTopic command = _catalog.Create("orders", ("retention.ms", "1000"), ("cleanup.policy", "compact, delete")) with { PartitionCount = 4, ReplicationFactor = 1 };
        Topic created = await _catalog.DoneAsync(command);
        await _catalog.RestartAsync();
        Topic found = (await _catalog.TopicsAsync()).Find("orders")!;
        foreach (Topic topic in new[] { created, found })
        {
            Assert.Equal((command.Id, "orders", 4), (topic.Id, topic.Name, topic.PartitionCount));
            Assert.Equal([new("cleanup.policy", "compact,delete"), new("retention.ms", "1000")], topic.Configs);
            Assert.Equal(1000, topic.Settings.Log.RetentionMs);
        }

        Assert.Same(found, (await _catalog.TopicsAsync()).Find(command.Id));
    }

    [Fact]
    public async Task A_topic_that_asks_for_no_number_of_partitions_gets_the_clusters() =>
        Assert.Equal(3, (await _catalog.DoneAsync(_catalog.Create("orders"))).PartitionCount);

    [Theory]
    [InlineData(0)]
    [InlineData(-2)]
    [InlineData(TopicLimits.MaxPartitions + 1)]
    public async Task A_number_of_partitions_that_no_topic_can_have_is_refused(int count) =>
        Assert.Equal(TopicError.InvalidPartitions, await _catalog.RefusedAsync(_catalog.Create("orders") with { PartitionCount = count }));

    [Theory]
    [InlineData(0)]
    [InlineData(-2)]
    [InlineData(2)]
    public async Task A_replication_factor_that_the_cluster_cannot_serve_is_refused(int factor) =>
        Assert.Equal(TopicError.InvalidReplicationFactor, await _catalog.RefusedAsync(_catalog.Create("orders") with { ReplicationFactor = factor }));

    [Fact]
    public async Task A_name_that_no_topic_can_have_is_refused() =>
        Assert.Equal(TopicError.InvalidName, await _catalog.RefusedAsync(_catalog.Create("a/b")));

    [Fact]
    public async Task A_name_that_a_topic_has_is_refused()
    {
        await _catalog.DoneAsync(_catalog.Create("a.b"));
        Assert.Equal(TopicError.AlreadyExists, await _catalog.RefusedAsync(_catalog.Create("a.b")));
    }

    [Fact]
    public async Task A_name_that_differs_from_anothers_in_dots_and_underscores_only_is_refused()
    {
        await _catalog.DoneAsync(_catalog.Create("a.b_c"));
        Assert.Equal(TopicError.InvalidName, await _catalog.RefusedAsync(_catalog.Create("a_b.c")));
        await _catalog.DoneAsync(_catalog.Create("a-b-c"));
    }

    [Fact]
    public async Task An_id_that_a_topic_has_is_refused()
    {
        CreateTopic first = _catalog.Create("a");
        await _catalog.DoneAsync(first);
        Assert.Equal(TopicError.InvalidRequest, await _catalog.RefusedAsync(new CreateTopic(first.Id, "b")));
    }

    [Fact]
    public async Task A_request_that_is_only_to_be_checked_changes_nothing()
    {
        Topic topic = await _catalog.DoneAsync(_catalog.Create("orders") with { ValidateOnly = true, PartitionCount = 2 });
        Assert.Equal(2, topic.PartitionCount);
        Assert.Equal(0, (await _catalog.TopicsAsync()).Count);
        Assert.Equal(Offset.Zero, _catalog.Log.Watermarks.End);
        Assert.Equal(TopicError.InvalidName, await _catalog.RefusedAsync(_catalog.Create("..") with { ValidateOnly = true }));
    }

    [Fact]
    public async Task Configs_that_are_unknown_null_or_wrong_are_refused()
    {
        Assert.Equal(TopicError.InvalidConfig, await _catalog.RefusedAsync(_catalog.Create("a", ("no.such.config", "1"))));
        Assert.Equal(TopicError.InvalidConfig, await _catalog.RefusedAsync(_catalog.Create("a", ("retention.ms", null))));
        Assert.Equal(TopicError.InvalidConfig, await _catalog.RefusedAsync(_catalog.Create("a", ("retention.ms", "soon"))));
        Assert.Equal(TopicError.InvalidConfig, await _catalog.RefusedAsync(
            _catalog.Create("a", ("min.compaction.lag.ms", "11"), ("max.compaction.lag.ms", "10"))));
        Assert.Equal(TopicError.InvalidConfig, await _catalog.RefusedAsync(_catalog.Create("a", ("remote.storage.enable", "true"))));
    }

    [Fact]
    public async Task Assignments_say_how_many_partitions_there_are()
    {
        Topic topic = await _catalog.DoneAsync(_catalog.Create("orders") with { Assignments = [new(1, [7]), new(0, [7])] });
        Assert.Equal(2, topic.PartitionCount);
    }

    [Fact]
    public async Task Assignments_and_numbers_together_are_refused()
    {
        CreateTopic assigned = _catalog.Create("orders") with { Assignments = [new(0, [7])] };
        Assert.Equal(TopicError.InvalidRequest, await _catalog.RefusedAsync(assigned with { PartitionCount = 1 }));
        Assert.Equal(TopicError.InvalidRequest, await _catalog.RefusedAsync(assigned with { ReplicationFactor = 1 }));
    }

    [Fact]
    public async Task Assignments_that_the_cluster_cannot_serve_are_refused()
    {
        ReplicaAssignment[][] wrong =
        [
            [new(0, [])],
            [new(0, [8])],
            [new(0, [7, 7])],
            [new(0, [7]), new(0, [7])],
            [new(0, [7]), new(2, [7])],
            [new(1, [7])],
            [new(-1, [7]), new(0, [7])],
        ];
        foreach (ReplicaAssignment[] assignments in wrong)
        {
            Assert.Equal(TopicError.InvalidReplicaAssignment, await _catalog.RefusedAsync(_catalog.Create("orders") with { Assignments = assignments }));
        }
    }
}
