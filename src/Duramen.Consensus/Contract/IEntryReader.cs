using Duramen.Core.Ids;

namespace Duramen.Consensus.Contract;

/// <summary>
/// The entries on a host's disk, for reading only: all from after the last snapshot (or the last trimming) to the last one persisted. A replica keeps only
/// the newest entries in memory and asks here for older ones.
/// </summary>
public interface IEntryReader
{
    /// <summary>The first entry there is; one more than <see cref="Last"/> when there is none.</summary>
    EntryIndex First { get; }

    /// <summary>The last entry there is.</summary>
    EntryIndex Last { get; }

    /// <summary>Whether there is an entry; between <see cref="First"/> and <see cref="Last"/> some can be missing where they are accepted out of order (Multi-Paxos).</summary>
    bool Contains(EntryIndex index) => index >= First && index <= Last;

    /// <summary>An entry without its payload.</summary>
    EntryHeader ReadHeader(EntryIndex index);

    /// <summary>An entry; the view is good until the reader is next called or the replica next takes an input.</summary>
    EntryView Read(EntryIndex index);
}
