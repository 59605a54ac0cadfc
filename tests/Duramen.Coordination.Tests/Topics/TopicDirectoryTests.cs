using Duramen.Coordination.Catalog;
using Duramen.Coordination.Configs;
using Duramen.Coordination.Topics;
using Duramen.Coordination.Topics.Commands;
using Duramen.Core.Ids;
using Duramen.Disk.Memory;
using Duramen.Log;
using Duramen.State.Machines;
using Duramen.Storage.Folders;

namespace Duramen.Coordination.Tests.Topics;

public sealed class TopicDirectoryTests : IAsyncLifetime, IDisposable
{
    private readonly MemoryDisk _disk = new();
    private byte _lastId;
    private DataFolder _folder = null!;
    private UnreliableStore _store = null!;
    private MachineKeeper<ClusterCatalog> _catalog = null!;
    private TopicDirectory _directory = null!;

    public async Task InitializeAsync()
    {
        _folder = await DataFolder.OpenAsync(_disk, "/data");
        _store = new UnreliableStore(_folder);
        IReplicaLog log = _store.Find(ClusterCatalog.LogName) ?? await _store.CreateAsync(ClusterCatalog.LogName, ClusterCatalog.LogOptions);
        _catalog = new MachineKeeper<ClusterCatalog>(() => new ClusterCatalog(), log);
        _directory = await TopicDirectory.OpenAsync(_catalog, _store);
    }

    public void Dispose() => _directory.Dispose();

    public async Task DisposeAsync()
    {
        _directory.Dispose();
        await _catalog.DisposeAsync();
        await _folder.DisposeAsync();
    }

    [Fact]
    public async Task A_topic_that_was_made_has_a_log_for_each_partition_with_its_options()
    {
        await DoneAsync(Create("orders", 3) with { Configs = [new("retention.ms", "5")] });
        ServedTopic served = _directory.Find("orders")!;
        Assert.Same(served, _directory.Find(served.Topic.Id));
        Assert.Equal(3, served.Logs.Distinct().Count());
        Assert.All(served.Logs, log => Assert.Equal(5, _store.GetOptions(log.Id).RetentionMs));
        Assert.Equal(Names(("orders", 3, served.Topic.Id)), LogNames());
    }

    [Fact]
    public async Task Partitions_that_were_added_have_logs_and_the_others_keep_theirs()
    {
        await DoneAsync(Create("orders", 1));
        ILog first = _directory.Find("orders")!.Logs[0];
        await DoneAsync(new AddPartitions("orders", 3));
        Assert.Equal(3, _directory.Find("orders")!.Logs.Count);
        Assert.Same(first, _directory.Find("orders")!.Logs[0]);
    }

    [Fact]
    public async Task A_change_of_configs_reaches_every_log()
    {
        await DoneAsync(Create("orders", 2));
        await DoneAsync(new ChangeConfigs("orders", [new("cleanup.policy", ConfigOperation.Set, "compact")]));
        ServedTopic served = _directory.Find("orders")!;
        Assert.True(served.Topic.Settings.IsCompacted);
        Assert.All(served.Logs, log => Assert.Equal(CleanupPolicy.Compact, _store.GetOptions(log.Id).Cleanup));
    }

    [Fact]
    public async Task A_topic_that_was_deleted_has_no_logs_and_whoever_waits_on_one_is_told()
    {
        await DoneAsync(Create("orders", 2));
        ServedTopic served = _directory.Find("orders")!;
        Task waiting = served.Logs[0].WaitForCommittedAsync(Offset.Zero).AsTask();
        await DoneAsync(new DeleteTopic("orders"));
        Assert.Null(_directory.Find("orders"));
        Assert.Null(_directory.Find(served.Topic.Id));
        Assert.Empty(LogNames());
        Assert.Equal(LogErrors.Closed, (await Assert.ThrowsAnyAsync<LogException>(() => waiting)).Code);
    }

    [Fact]
    public async Task A_topic_that_is_made_again_has_a_new_id_and_empty_logs()
    {
        await DoneAsync(Create("orders", 1));
        ServedTopic first = _directory.Find("orders")!;
        await _directory.ExecuteAsync([new DeleteTopic("orders"), Create("orders", 1)]);
        ServedTopic second = _directory.Find("orders")!;
        Assert.NotEqual(first.Topic.Id, second.Topic.Id);
        Assert.NotEqual(first.Logs[0].Id, second.Logs[0].Id);
        Assert.Equal(Names(("orders", 1, second.Topic.Id)), LogNames());
    }

    [Fact]
    public async Task A_request_that_was_refused_or_only_checked_makes_no_log()
    {
        Assert.Equal(TopicError.InvalidName, (await _directory.ExecuteAsync(Create("a/b", 1))).Error);
        await DoneAsync(Create("orders", 1) with { ValidateOnly = true });
        Assert.Empty(LogNames());
        Assert.Empty(_directory.Topics);
    }

    [Fact]
    public async Task Everything_is_served_again_after_a_restart()
    {
        await DoneAsync(Create("a", 2));
        await DoneAsync(Create("b", 1));
        LogId[] before = [.. _directory.Topics.SelectMany(topic => topic.Logs).Select(log => log.Id)];
        await RestartAsync();
        Assert.Equal(["a", "b"], _directory.Topics.Select(topic => topic.Topic.Name));
        Assert.Equal(before, _directory.Topics.SelectMany(topic => topic.Logs).Select(log => log.Id));
    }

    [Fact]
    public async Task A_crash_between_the_decision_and_its_effect_is_made_good_at_the_next_start()
    {
        await DoneAsync(Create("old", 2));
        await DoneAsync(Create("grown", 1));
        await DoneAsync(Create("set", 1));

        // The catalog decides, and nobody carries it out.
        await _catalog.ExecuteAsync(new DeleteTopic("old"));
        await _catalog.ExecuteAsync(Create("new", 2));
        await _catalog.ExecuteAsync(new AddPartitions("grown", 2));
        await _catalog.ExecuteAsync(new ReplaceConfigs("set", [new("retention.ms", "7")]));
        await RestartAsync();

        Assert.Equal(["grown", "new", "set"], _directory.Topics.Select(topic => topic.Topic.Name));
        Assert.Equal(Names([.. _directory.Topics.Select(topic => (topic.Topic.Name, topic.Logs.Count, topic.Topic.Id))]), LogNames());
        Assert.Equal(5, LogNames().Count);
        Assert.Equal(7, _store.GetOptions(_directory.Find("set")!.Logs[0].Id).RetentionMs);
    }

    [Fact]
    public async Task Logs_that_are_no_topics_are_left_alone()
    {
        await _store.CreateAsync("notes");
        await _store.CreateAsync("a/b");
        await RestartAsync();
        Assert.NotNull(_store.Find("notes"));
        Assert.NotNull(_store.Find("a/b"));
        Assert.NotNull(_store.Find(ClusterCatalog.LogName));
    }

    [Fact]
    public async Task A_log_that_could_not_be_made_is_tried_again_and_keeps_back_no_other_topic()
    {
        _store.Refuses = name => name.StartsWith("a/1/", StringComparison.Ordinal);
        await Assert.ThrowsAsync<LogException>(() => _directory.ExecuteAsync([Create("a", 2), Create("b", 1)]));
        Assert.Null(_directory.Find("a"));
        Assert.NotNull(_directory.Find("b"));

        _store.Refuses = _ => false;
        await DoneAsync(Create("c", 1));
        Assert.Equal(["a", "b", "c"], _directory.Topics.Select(topic => topic.Topic.Name));
        Assert.Equal(4, LogNames().Count);
    }

    [Fact]
    public async Task A_log_that_could_not_be_deleted_is_deleted_with_the_next_change()
    {
        await DoneAsync(Create("a", 1));
        _store.Refuses = _ => true;
        await Assert.ThrowsAsync<LogException>(() => _directory.ExecuteAsync(new DeleteTopic("a")));
        Assert.Null(_directory.Find("a"));
        Assert.Single(LogNames());

        _store.Refuses = _ => false;
        await DoneAsync(Create("b", 1));
        Assert.Equal(Names(("b", 1, _directory.Find("b")!.Topic.Id)), LogNames());
    }

    [Fact]
    public async Task Whoever_stops_waiting_does_not_keep_a_topic_from_being_served()
    {
        using CancellationTokenSource leaving = new();
        _store.Held = new TaskCompletionSource();
        Task<TopicResult> creating = _directory.ExecuteAsync(Create("a", 1), leaving.Token);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => creating);
        _store.Held.SetResult();
        await DoneAsync(Create("b", 1));
        Assert.NotNull(_directory.Find("a"));
    }

    private CreateTopic Create(string name, int partitions) => new(new Guid(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ++_lastId), name) { PartitionCount = partitions };

    private async Task DoneAsync(ICommand<ClusterCatalog, TopicResult> command)
    {
        TopicResult result = await _directory.ExecuteAsync(command);
        Assert.Equal((TopicError.None, null), (result.Error, result.Message));
    }

    private async Task RestartAsync()
    {
        await DisposeAsync();
        await InitializeAsync();
    }

    /// <summary>The names of all logs of topics.</summary>
    private IReadOnlyList<string> LogNames() => [.. _store.List().Select(log => log.Name).Where(name => TopicLogName.TryParse(name, out _))];

    private static string[] Names(params (string Topic, int Partitions, Guid Id)[] topics) =>
    [
        .. topics.SelectMany(topic => Enumerable.Range(0, topic.Partitions).Select(partition => new TopicLogName(topic.Topic, partition, topic.Id).ToString()))
            .Order(StringComparer.Ordinal),
    ];
}
