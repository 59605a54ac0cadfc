using Duramen.Consensus.Contract;

namespace Duramen.Consensus.Replicas;

/// <summary>What a leader knows of one other member, in every protocol: a protocol adds how far that member's log is known to be the leader's.</summary>
internal abstract class PeerProgress
{
    private protected PeerProgress(ReplicaId id) => Id = id;

    public ReplicaId Id { get; }

    /// <summary>Whether it answered since the leader last counted who does.</summary>
    public bool IsActive { get; set; } = true;

    /// <summary>The latest round of asking whether the leader still leads that it answered.</summary>
    public long Round { get; private set; }

    /// <summary>Takes in that it answered a round.</summary>
    public void Answer(long round) => Round = Math.Max(Round, round);
}
