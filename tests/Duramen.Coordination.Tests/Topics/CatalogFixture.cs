using Duramen.Coordination.Catalog;
using Duramen.Coordination.Topics;
using Duramen.Coordination.Topics.Commands;
using Duramen.Core.Ids;
using Duramen.Log.Memory;
using Duramen.State.Machines;

namespace Duramen.Coordination.Tests.Topics;

/// <summary>A catalog on a log in memory.</summary>
internal sealed class CatalogFixture : IAsyncDisposable
{
    private byte _lastId;

    public MemoryLog Log { get; } = new(new LogId(new Guid("0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f0")), ClusterCatalog.LogName);

    public MachineKeeper<ClusterCatalog> Catalog { get; private set; }

    public CatalogFixture() => Catalog = Open();

    /// <summary>The next id that was never used.</summary>
    public Guid NextId() => new(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ++_lastId);

    /// <summary>A request to make a topic.</summary>
    public CreateTopic Create(string name, params (string Name, string? Value)[] configs) =>
        new(NextId(), name) { Configs = [.. configs.Select(config => KeyValuePair.Create(config.Name, config.Value))] };

    public Task<TopicResult> ExecuteAsync(ICommand<ClusterCatalog, TopicResult> command) => Catalog.ExecuteAsync(command);

    /// <summary>Has a command done that must succeed.</summary>
    public async Task<Topic> DoneAsync(ICommand<ClusterCatalog, TopicResult> command)
    {
        TopicResult result = await ExecuteAsync(command);
        Assert.Equal((TopicError.None, null), (result.Error, result.Message));
        return result.Topic!;
    }

    /// <summary>Has a command refused, and gives the error; the log must be as before.</summary>
    public async Task<TopicError> RefusedAsync(ICommand<ClusterCatalog, TopicResult> command)
    {
        Offset end = Log.Watermarks.End;
        TopicResult result = await ExecuteAsync(command);
        Assert.NotEqual(TopicError.None, result.Error);
        Assert.False(string.IsNullOrEmpty(result.Message));
        Assert.Null(result.Topic);
        Assert.Equal(end, Log.Watermarks.End);
        return result.Error;
    }

    public Task<TopicSet> TopicsAsync() => Catalog.ExecuteAsync(new ReadTopics());

    /// <summary>Opens the catalog again, from its log.</summary>
    public async Task RestartAsync()
    {
        await Catalog.DisposeAsync();
        Catalog = Open();
    }

    public async ValueTask DisposeAsync()
    {
        await Catalog.DisposeAsync();
        await Log.DisposeAsync();
    }

    private MachineKeeper<ClusterCatalog> Open() => new(() => new ClusterCatalog(new CatalogOptions { DefaultPartitions = 3, BrokerId = 7 }), Log);
}
