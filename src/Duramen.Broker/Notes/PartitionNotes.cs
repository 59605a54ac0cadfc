using Duramen.Coordination.Notes;
using Duramen.Core.Ids;
using Duramen.Log;

namespace Duramen.Broker.Notes;

/// <summary>What a broker knows of who appends to one partition since it started, and which notes of that are on their way into the log.</summary>
/// <param name="partition">The partition.</param>
/// <param name="log">The partition's log.</param>
internal sealed class PartitionNotes(NotedPartition partition, ILog log)
{
    private readonly Dictionary<long, Task> _pending = [];

    /// <summary>The partition's log.</summary>
    public ILog Log => log;

    /// <summary>Which notes are needed. Guarded by <see cref="Gate"/>.</summary>
    public RunNotes Runs { get; } = new(partition, log.Watermarks.End);

    /// <summary>Held for moments, never while anything is awaited.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Whether <see cref="RunNotes.Cover"/> is asked for soon. Written under the gate of the taker, and read without it.</summary>
    public bool IsQueued
    {
        get => Volatile.Read(ref field);
        set => Volatile.Write(ref field, value);
    }

    /// <summary>Whether a note did not get into the log, so that nothing here is ever complete. Guarded by <see cref="Gate"/>.</summary>
    public bool IsBroken { get; set; }

    /// <summary>The note that the batches of a producer wait for; null when there is none. Guarded by <see cref="Gate"/>.</summary>
    public Task? FindPending(ProducerId producer)
    {
        if (_pending.Count == 0 || !_pending.TryGetValue(producer.Value, out Task? pending))
        {
            return null;
        }

        if (!pending.IsCompletedSuccessfully)
        {
            return pending;
        }

        _pending.Remove(producer.Value);
        return null;
    }

    /// <summary>Has the batches of a producer wait for a note. Guarded by <see cref="Gate"/>.</summary>
    public void SetPending(ProducerId producer, Task note) => _pending[producer.Value] = note;

    /// <summary>Forgets the notes that are durable; true when all are. Guarded by <see cref="Gate"/>.</summary>
    public bool DropDurable()
    {
        foreach ((long producer, Task note) in _pending)
        {
            if (note.IsCompletedSuccessfully)
            {
                _pending.Remove(producer);
            }
        }

        return _pending.Count == 0;
    }
}
