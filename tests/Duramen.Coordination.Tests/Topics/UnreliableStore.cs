using Duramen.Core.Ids;
using Duramen.Log;

namespace Duramen.Coordination.Tests.Topics;

/// <summary>A store of logs that can refuse to make and delete some, and be slow to make them.</summary>
internal sealed class UnreliableStore(ILogStore store) : ILogStore
{
    /// <summary>The names of logs that cannot be made or deleted now.</summary>
    public Predicate<string> Refuses { get; set; } = _ => false;

    /// <summary>What making a log waits for.</summary>
    public TaskCompletionSource? Held { get; set; }

    public IReadOnlyList<IReplicaLog> List() => store.List();

    public IReplicaLog? Find(LogId id) => store.Find(id);

    public IReplicaLog? Find(string name) => store.Find(name);

    public async ValueTask<IReplicaLog> CreateAsync(string name, LogOptions? options = null)
    {
        if (Held is not null)
        {
            await Held.Task;
        }

        return Refuses(name) ? throw new LogException(LogErrors.Full, "No room.") : await store.CreateAsync(name, options);
    }

    public ValueTask DeleteAsync(LogId id) =>
        Refuses(store.Find(id)!.Name) ? ValueTask.FromException(new LogException(LogErrors.Full, "No room.")) : store.DeleteAsync(id);

    public LogOptions GetOptions(LogId id) => store.GetOptions(id);

    public ValueTask SetOptionsAsync(LogId id, LogOptions options) => store.SetOptionsAsync(id, options);

    public long GetSizeBytes(LogId id) => store.GetSizeBytes(id);
}
