namespace Duramen.Consensus.Messages;

/// <summary>Which protocol a message belongs to, so that a group that was set up with another one by mistake drops it.</summary>
public enum MessageProtocol : byte
{
    /// <summary>No protocol.</summary>
    None = 0,

    /// <summary>Raft.</summary>
    Raft = 1,

    /// <summary>Multi-Paxos.</summary>
    Paxos = 2,

    /// <summary>ZAB.</summary>
    Zab = 3,

    /// <summary>Viewstamped Replication.</summary>
    Viewstamped = 4,
}
