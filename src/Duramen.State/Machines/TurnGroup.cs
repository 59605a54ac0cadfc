using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.State.Machines;

/// <summary>
/// Turns that follow each other, and whose batches are appended together: all of them or none. It is filled under the host's gate, then it is the appender's, then the publisher's.
/// </summary>
internal sealed class TurnGroup<TMachine> : IDisposable
{
    // As one message of Kafka's clients by default: what is more goes into the next group. A decision that is larger is a group of its own.
    private const int MaxBytes = 1 << 20;

    // A group that was larger than this does not keep the memory.
    private const int MaxIdleBytes = 64 * 1024;

    private readonly PooledBuffer _batches = new();
    private readonly List<Turn<TMachine>> _turns = [];

    /// <summary>Whether there is anything to append.</summary>
    public bool HasRecords => _batches.Length > 0;

    /// <summary>The batches, back to back; they stay as they are until the append ends.</summary>
    public Memory<byte> Batches => _batches.WrittenMemory;

    /// <summary>The offset of the first record: where the log ends before.</summary>
    public Offset First { get; private set; }

    /// <summary>The offset after the last record.</summary>
    public Offset Next { get; private set; }

    /// <summary>The turns, in their order.</summary>
    public IReadOnlyList<Turn<TMachine>> Turns => _turns;

    /// <summary>Why the batches could not be appended; null when they were, or nobody tried.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Whether a batch of so many bytes is to be added to this group.</summary>
    public bool HasRoom(int batchBytes) => batchBytes == 0 || !HasRecords || _batches.Length + (long)batchBytes <= MaxBytes;

    /// <summary>Adds a turn.</summary>
    /// <param name="turn">The turn.</param>
    /// <param name="batch">Its batch, which is copied; empty when it decided no records.</param>
    /// <param name="first">The offset of the first record of the batch.</param>
    /// <param name="next">The offset after the last.</param>
    public void Add(Turn<TMachine> turn, ReadOnlySpan<byte> batch, Offset first, Offset next)
    {
        if (!HasRecords)
        {
            First = first;
        }

        Next = next;
        _batches.Write(batch);
        _turns.Add(turn);
    }

    /// <summary>Makes the group as good as new.</summary>
    public void Clear()
    {
        _turns.Clear();
        Failure = null;
        if (_batches.Length > MaxIdleBytes)
        {
            _batches.Release();
        }

        _batches.Clear();
    }

    public void Dispose() => _batches.Dispose();
}
