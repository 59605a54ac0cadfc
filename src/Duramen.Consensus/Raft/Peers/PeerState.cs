namespace Duramen.Consensus.Raft.Peers;

/// <summary>How a leader treats one member.</summary>
internal enum PeerState : byte
{
    /// <summary>Where its log parts from the leader's is not known: one message at a time, until it matches.</summary>
    Probe = 0,

    /// <summary>Its log matches: entries are sent without waiting for answers, up to the window.</summary>
    Replicate = 1,

    /// <summary>It needs entries that are trimmed: a snapshot is on its way.</summary>
    Snapshot = 2,
}
