namespace Duramen.Consensus.Contract;

/// <summary>What a replica does at the moment.</summary>
public enum ReplicaRole : byte
{
    /// <summary>Follows a leader or waits for one; Raft's follower, Multi-Paxos's acceptor, a backup in status normal.</summary>
    Follower = 0,

    /// <summary>Finds out whether it could lead, without promising anything: Raft's pre-vote.</summary>
    Prospect = 1,

    /// <summary>Tries to lead: an election, phase 1, discovery and synchronisation, a view change.</summary>
    Candidate = 2,

    /// <summary>Leads: it alone takes proposals.</summary>
    Leader = 3,

    /// <summary>Is on its way back and takes no part in decisions yet: VR's recovering.</summary>
    Recovering = 4,
}
