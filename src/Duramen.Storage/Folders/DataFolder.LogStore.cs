using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.Storage.Logs;

namespace Duramen.Storage.Folders;

/// <content>The folder as it is handed to those who do not know of disks.</content>
public sealed partial class DataFolder : ILogStore
{
    /// <inheritdoc/>
    IReadOnlyList<IReplicaLog> ILogStore.List() => Logs;

    /// <inheritdoc/>
    IReplicaLog? ILogStore.Find(LogId id) => _catalog.Find(id);

    /// <inheritdoc/>
    IReplicaLog? ILogStore.Find(string name) => _catalog.Find(name);

    /// <inheritdoc/>
    async ValueTask<IReplicaLog> ILogStore.CreateAsync(string name, LogOptions? options) => await CreateLogAsync(name, options).ConfigureAwait(false);

    /// <inheritdoc/>
    ValueTask ILogStore.DeleteAsync(LogId id) => _catalog.Find(id) is DiskLog log ? DeleteAsync(log) : ValueTask.CompletedTask;

    /// <inheritdoc/>
    LogOptions ILogStore.GetOptions(LogId id) => Get(id).Options;

    /// <inheritdoc/>
    async ValueTask ILogStore.SetOptionsAsync(LogId id, LogOptions options) => await Get(id).SetOptionsAsync(options).ConfigureAwait(false);

    /// <inheritdoc/>
    long ILogStore.GetSizeBytes(LogId id) => Get(id).SizeBytes;

    private DiskLog Get(LogId id) =>
        _catalog.Find(id) ?? throw new StorageException(LogErrors.NotFound, $"{Path} has no log with the id {id}.", "It may have been deleted; list the logs to see those there are.");
}
