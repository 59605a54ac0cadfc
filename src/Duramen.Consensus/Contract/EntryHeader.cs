using Duramen.Core.Ids;

namespace Duramen.Consensus.Contract;

/// <summary>
/// An entry without its payload. Index and epoch together name one entry for ever: in every protocol the leader of an epoch makes at most one
/// entry for an index. The offset of an entry's first record is the number of records before it and is not stored.
/// </summary>
/// <param name="Index">Its position.</param>
/// <param name="Epoch">The epoch in which a leader made it; kept when a later leader proposes the same entry again.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="RecordCount">How many record offsets it takes; 0 unless it holds records.</param>
public readonly record struct EntryHeader(EntryIndex Index, Epoch Epoch, EntryKind Kind, int RecordCount)
{
    /// <summary>
    /// The epoch under which it was last accepted, which differs from <see cref="Epoch"/> only where slots are accepted again one by one (Multi-Paxos).
    /// </summary>
    public Epoch AcceptedIn { get; init; } = Epoch;
}
