using Duramen.Consensus.Entries;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Contract;

/// <summary>
/// One write. A host makes writes durable in the order of their ids, each as a whole or not at all, and may sync many at once. Within one write:
/// first switch to <see cref="Snapshot"/>, then cut from <see cref="TruncateFrom"/>, then store <see cref="Entries"/>, then <see cref="HardState"/>.
/// </summary>
/// <remarks>Good until the outbox that holds it is cleared.</remarks>
public readonly ref struct PersistEffect
{
    internal PersistEffect(
        PersistId id, HardState? hardState, SnapshotMeta? snapshot, EntryIndex truncateFrom, int entryCount, ReadOnlySpan<byte> entries)
    {
        Id = id;
        HardState = hardState;
        Snapshot = snapshot;
        TruncateFrom = truncateFrom;
        EntryCount = entryCount;
        Entries = entries;
    }

    /// <summary>To be handed back by <see cref="IReplica.Persisted"/> once this and everything before it is synced.</summary>
    public PersistId Id { get; }

    /// <summary>The new hard state; null when it stays.</summary>
    public HardState? HardState { get; }

    /// <summary>
    /// The received snapshot that takes the place of the state and of all entries up to its index; null when there is none. Entries behind it stay, unless
    /// <see cref="TruncateFrom"/> says otherwise.
    /// </summary>
    public SnapshotMeta? Snapshot { get; }

    /// <summary>Every entry from here on goes away; zero when none does.</summary>
    public EntryIndex TruncateFrom { get; }

    /// <summary>How many entries there are.</summary>
    public int EntryCount { get; }

    /// <summary>The entries, each as <see cref="EntryCodec"/> writes it. One takes the place of whatever was at its index.</summary>
    public ReadOnlySpan<byte> Entries { get; }
}
