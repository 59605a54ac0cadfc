using Duramen.Core.Ids;

namespace Duramen.Log;

/// <summary>
/// Where logs are made, found and deleted, for whoever is handed logs without knowing what they are kept on. All members are safe to call from any
/// thread; what they change is durable when they return. A closed store fails with <see cref="LogErrors.Closed"/>.
/// </summary>
public interface ILogStore
{
    /// <summary>The logs at this moment, in the order of their names, compared as UTF-16 code units.</summary>
    IReadOnlyList<IReplicaLog> List();

    /// <summary>The log with an id; null when there is none, or none any more.</summary>
    IReplicaLog? Find(LogId id);

    /// <summary>The log with a name; null when there is none.</summary>
    IReplicaLog? Find(string name);

    /// <summary>Makes a new, empty log with an id of its own.</summary>
    /// <param name="name">Data, never a path: any text that is not empty and not longer than the store can keep.</param>
    /// <param name="options">How it is to keep its records; the defaults when not given.</param>
    /// <exception cref="LogException"><see cref="LogErrors.Exists"/>, <see cref="LogErrors.InvalidOption"/>, <see cref="LogErrors.Full"/>.</exception>
    ValueTask<IReplicaLog> CreateAsync(string name, LogOptions? options = null);

    /// <summary>
    /// Deletes a log with everything in it: from then on it fails with <see cref="LogErrors.Closed"/>, and its name is free. Does nothing when there
    /// is no such log.
    /// </summary>
    ValueTask DeleteAsync(LogId id);

    /// <summary>How a log keeps its records.</summary>
    /// <exception cref="LogException"><see cref="LogErrors.NotFound"/>.</exception>
    LogOptions GetOptions(LogId id);

    /// <summary>Changes how a log keeps its records; its commit rule cannot change.</summary>
    /// <exception cref="LogException"><see cref="LogErrors.NotFound"/>, <see cref="LogErrors.InvalidOption"/>.</exception>
    ValueTask SetOptionsAsync(LogId id, LogOptions options);

    /// <summary>
    /// The bytes of all batches that a log keeps, those below its start included that share a file with others, and those that are not committed.
    /// </summary>
    /// <exception cref="LogException"><see cref="LogErrors.NotFound"/>.</exception>
    long GetSizeBytes(LogId id);
}
