namespace Duramen.Consensus.Contract;

/// <summary>Why a replica did not do what a caller asked. Nothing was changed by the request, so the caller may try again elsewhere or later.</summary>
public enum Rejection : byte
{
    /// <summary>Another replica leads, or none does; <see cref="ReplicaOutbox.Leader"/> says who.</summary>
    NotLeader = 1,

    /// <summary>It leads but has not committed an entry of its own epoch yet, before which it does not know what is committed.</summary>
    NotReady = 2,

    /// <summary>More entries wait to be committed than the limit allows.</summary>
    Overloaded = 3,

    /// <summary>It is handing its leadership over.</summary>
    Transferring = 4,

    /// <summary>A change of membership is under way; there is one at a time.</summary>
    ChangePending = 5,

    /// <summary>The change leaves no voter, is no change, or has too many members.</summary>
    ChangeInvalid = 6,

    /// <summary>The one to take over is no voter.</summary>
    NotAVoter = 7,

    /// <summary>It stopped leading before the request was decided. For a read: ask again. Never said of proposals, whose fate the log shows.</summary>
    LeadershipLost = 8,

    /// <summary>The payload is larger than <see cref="ConsensusLimits.MaxPayloadBytes"/>.</summary>
    TooLarge = 9,
}
