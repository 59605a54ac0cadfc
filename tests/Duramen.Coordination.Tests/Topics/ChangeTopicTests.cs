using Duramen.Coordination.Configs;
using Duramen.Coordination.Topics;
using Duramen.Coordination.Topics.Commands;
using Duramen.Core.Ids;

namespace Duramen.Coordination.Tests.Topics;

public sealed class ChangeTopicTests : IAsyncDisposable
{
    private readonly CatalogFixture _catalog = new();

    public ValueTask DisposeAsync() => _catalog.DisposeAsync();

    [Fact]
    public async Task A_topic_that_is_deleted_is_no_more_and_its_name_is_free()
    {
        Topic first = await _catalog.DoneAsync(_catalog.Create("a.b"));
        Assert.Equal(first.Id, (await _catalog.DoneAsync(new DeleteTopic("a.b"))).Id);
        Assert.Equal(0, (await _catalog.TopicsAsync()).Count);

        Topic second = await _catalog.DoneAsync(_catalog.Create("a_b"));
        await _catalog.RestartAsync();
        TopicSet topics = await _catalog.TopicsAsync();
        Assert.Null(topics.Find(first.Id));
        Assert.Equal("a_b", topics.Find(second.Id)!.Name);
    }

    [Fact]
    public async Task A_topic_can_be_deleted_by_its_id()
    {
        Topic topic = await _catalog.DoneAsync(_catalog.Create("a"));
        await _catalog.DoneAsync(new DeleteTopic(topic.Id));
        Assert.Equal(0, (await _catalog.TopicsAsync()).Count);
        Assert.Equal(TopicError.UnknownTopicId, await _catalog.RefusedAsync(new DeleteTopic(topic.Id)));
        Assert.Equal(TopicError.UnknownTopic, await _catalog.RefusedAsync(new DeleteTopic("a")));
    }

    [Fact]
    public async Task Partitions_are_added_and_never_taken_away()
    {
        await _catalog.DoneAsync(_catalog.Create("a") with { PartitionCount = 2 });
        Assert.Equal(TopicError.InvalidPartitions, await _catalog.RefusedAsync(new AddPartitions("a", 2)));
        Assert.Equal(TopicError.InvalidPartitions, await _catalog.RefusedAsync(new AddPartitions("a", 1)));
        Assert.Equal(TopicError.InvalidPartitions, await _catalog.RefusedAsync(new AddPartitions("a", TopicLimits.MaxPartitions + 1)));
        Assert.Equal(TopicError.UnknownTopic, await _catalog.RefusedAsync(new AddPartitions("b", 3)));
        Assert.Equal(5, (await _catalog.DoneAsync(new AddPartitions("a", 5))).PartitionCount);
        await _catalog.RestartAsync();
        Assert.Equal(5, (await _catalog.TopicsAsync()).Find("a")!.PartitionCount);
    }

    [Fact]
    public async Task Assignments_of_added_partitions_are_as_many_as_those_and_follow_the_others()
    {
        await _catalog.DoneAsync(_catalog.Create("a") with { PartitionCount = 2 });
        Assert.Equal(TopicError.InvalidReplicaAssignment, await _catalog.RefusedAsync(new AddPartitions("a", 4) { Assignments = [new(2, [7])] }));
        Assert.Equal(TopicError.InvalidReplicaAssignment, await _catalog.RefusedAsync(new AddPartitions("a", 3) { Assignments = [new(0, [7])] }));
        Assert.Equal(TopicError.InvalidReplicaAssignment, await _catalog.RefusedAsync(new AddPartitions("a", 3) { Assignments = [new(2, [8])] }));
        Assert.Equal(3, (await _catalog.DoneAsync(new AddPartitions("a", 3) { Assignments = [new(2, [7])] })).PartitionCount);
    }

    [Fact]
    public async Task Replacing_configs_leaves_none_of_the_old_ones()
    {
        await _catalog.DoneAsync(_catalog.Create("a", ("retention.ms", "1"), ("retention.bytes", "2")));
        Topic topic = await _catalog.DoneAsync(new ReplaceConfigs("a", [new("retention.ms", "3")]));
        Assert.Equal([new("retention.ms", "3")], topic.Configs);
        Assert.Equal(-1, topic.Settings.Log.RetentionBytes);
        Assert.Equal(TopicError.InvalidConfig, await _catalog.RefusedAsync(new ReplaceConfigs("a", [new("no.such.config", "3")])));
        Assert.Equal(TopicError.InvalidRequest, await _catalog.RefusedAsync(new ReplaceConfigs("a", [new("retention.ms", null)])));
        Assert.Equal(TopicError.UnknownTopic, await _catalog.RefusedAsync(new ReplaceConfigs("b", [])));
    }

    [Fact]
    public async Task Changing_configs_leaves_the_others()
    {
        await _catalog.DoneAsync(_catalog.Create("a", ("retention.ms", "1"), ("retention.bytes", "2")));
        Topic topic = await _catalog.DoneAsync(new ChangeConfigs("a", [
            new("retention.ms", ConfigOperation.Set, " 5 "),
            new("retention.bytes", ConfigOperation.Delete, null),
            new("segment.bytes", ConfigOperation.Delete, null),
            new("segment.ms", ConfigOperation.Set, "7"),
        ]));
        Assert.Equal([new("retention.ms", "5"), new("segment.ms", "7")], topic.Configs);
        await _catalog.RestartAsync();
        Assert.Equal(topic.Configs, (await _catalog.TopicsAsync()).Find("a")!.Configs);
    }

    [Fact]
    public async Task Words_are_appended_to_and_subtracted_from_what_is_in_force()
    {
        await _catalog.DoneAsync(_catalog.Create("a"));
        Assert.Equal("delete,compact", await ChangeAsync(ConfigOperation.Append, "compact"));
        Assert.Equal("delete,compact", await ChangeAsync(ConfigOperation.Append, "delete,compact"));
        Assert.Equal("compact", await ChangeAsync(ConfigOperation.Subtract, "delete"));
        Assert.Equal("", await ChangeAsync(ConfigOperation.Subtract, "delete,compact"));

        async Task<string> ChangeAsync(ConfigOperation operation, string words) =>
            (await _catalog.DoneAsync(new ChangeConfigs("a", [new("cleanup.policy", operation, words)]))).Configs["cleanup.policy"];
    }

    [Fact]
    public async Task Changes_that_make_no_sense_are_refused()
    {
        await _catalog.DoneAsync(_catalog.Create("a"));
        Assert.Equal(TopicError.InvalidConfig, await RefusedAsync([new("retention.ms", ConfigOperation.Append, "1")]));
        Assert.Equal(TopicError.InvalidConfig, await RefusedAsync([new("no.such.config", ConfigOperation.Set, "1")]));
        Assert.Equal(TopicError.InvalidConfig, await RefusedAsync([new("cleanup.policy", ConfigOperation.Append, "shred")]));
        Assert.Equal(TopicError.InvalidRequest, await RefusedAsync([new("retention.ms", ConfigOperation.Set, null)]));
        Assert.Equal(TopicError.InvalidRequest, await RefusedAsync([new("retention.ms", ConfigOperation.Set, "1"), new("retention.ms", ConfigOperation.Delete, null)]));
        Assert.Equal(TopicError.UnknownTopic, await _catalog.RefusedAsync(new ChangeConfigs("b", [])));

        Task<TopicError> RefusedAsync(params ConfigChange[] changes) => _catalog.RefusedAsync(new ChangeConfigs("a", changes));
    }

    [Fact]
    public async Task A_change_that_changes_nothing_or_is_only_to_be_checked_writes_nothing()
    {
        await _catalog.DoneAsync(_catalog.Create("a", ("retention.ms", "1")));
        TopicSet before = await _catalog.TopicsAsync();
        Offset end = _catalog.Log.Watermarks.End;
        await _catalog.DoneAsync(new ReplaceConfigs("a", [new("retention.ms", "01")]));
        await _catalog.DoneAsync(new ChangeConfigs("a", [new("retention.bytes", ConfigOperation.Delete, null)]));
        await _catalog.DoneAsync(new ReplaceConfigs("a", []) { ValidateOnly = true });
        await _catalog.DoneAsync(new ChangeConfigs("a", [new("segment.ms", ConfigOperation.Set, "5")]) { ValidateOnly = true });
        await _catalog.DoneAsync(new AddPartitions("a", 9) { ValidateOnly = true });
        Assert.Equal(end, _catalog.Log.Watermarks.End);
        Assert.Same(before, await _catalog.TopicsAsync());
    }

    [Fact]
    public async Task Topics_are_listed_in_the_order_of_their_names()
    {
        foreach (string name in new[] { "b", "B", "a-1", "a", "10", "9" })
        {
            await _catalog.DoneAsync(_catalog.Create(name));
        }

        Assert.Equal(["10", "9", "B", "a", "a-1", "b"], (await _catalog.TopicsAsync()).Topics.Select(topic => topic.Name));
    }
}
