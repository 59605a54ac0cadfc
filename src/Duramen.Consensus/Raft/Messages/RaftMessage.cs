namespace Duramen.Consensus.Raft.Messages;

/// <summary>The types of Raft's messages. Every message's epoch is its sender's current term.</summary>
public enum RaftMessage : byte
{
    /// <summary>A <see cref="Messages.VoteRequest"/>.</summary>
    VoteRequest = 1,

    /// <summary>A <see cref="Messages.VoteResponse"/>.</summary>
    VoteResponse = 2,

    /// <summary>A <see cref="LogPart"/> from the leader; without entries a heartbeat (thesis 3.5).</summary>
    AppendRequest = 3,

    /// <summary>An <see cref="Messages.AppendResponse"/>.</summary>
    AppendResponse = 4,

    /// <summary>The leader asks the receiver to stand for election at once (thesis 3.10); it has no body.</summary>
    TakeOver = 5,
}
