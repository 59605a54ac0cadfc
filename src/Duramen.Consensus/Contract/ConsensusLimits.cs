namespace Duramen.Consensus.Contract;

/// <summary>The numbers that are the same for every protocol and every group.</summary>
public static class ConsensusLimits
{
    /// <summary>Members of one group, both halves of a joint configuration and learners included: a set of them is one 64-bit word, so that a quorum is two instructions.</summary>
    public const int MaxMembers = 64;

    /// <summary>The payload of one entry, in bytes: the largest batch that a log takes, so that an entry is never split.</summary>
    public const int MaxPayloadBytes = 64 * 1024 * 1024;

    /// <summary>Entries in one message. Bounds what a receiver does in one step; a leader's window bounds the bytes.</summary>
    public const int MaxEntriesPerMessage = 1024;
}
