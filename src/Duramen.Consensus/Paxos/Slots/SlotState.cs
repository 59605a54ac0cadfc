namespace Duramen.Consensus.Paxos.Slots;

/// <summary>What is known of a slot in memory.</summary>
internal enum SlotState : byte
{
    /// <summary>It has no entry.</summary>
    Empty = 0,

    /// <summary>Its entry has been on disk since the start, and was not read.</summary>
    OnDisk = 1,

    /// <summary>Its entry is in memory.</summary>
    Cached = 2,
}
