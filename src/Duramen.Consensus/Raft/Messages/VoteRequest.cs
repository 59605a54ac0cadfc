using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Raft.Messages;

/// <summary>Asks for a vote (thesis 3.4), or whether one would be given (pre-vote, thesis 9.6).</summary>
/// <param name="Term">The term to be led: the sender's own for a vote, the one after it for a pre-vote.</param>
/// <param name="LastIndex">The sender's last entry.</param>
/// <param name="LastTerm">That entry's term.</param>
/// <param name="IsPreVote">Whether nothing is promised yet.</param>
/// <param name="IsTransfer">Whether the leader asked for this election, so that having heard from it lately is no reason to refuse.</param>
public readonly record struct VoteRequest(long Term, EntryIndex LastIndex, Epoch LastTerm, bool IsPreVote, bool IsTransfer)
{
    /// <summary>The size of the body, in bytes.</summary>
    public const int SizeBytes = (3 * sizeof(long)) + 1;

    /// <summary>Writes the body.</summary>
    public void Write(ref SpanWriter writer)
    {
        writer.WriteInt64(Term);
        writer.WriteInt64(LastIndex.Value);
        writer.WriteInt64(LastTerm.Number);
        writer.WriteByte((byte)((IsPreVote ? 1 : 0) | (IsTransfer ? 2 : 0)));
    }

    /// <summary>Reads a body; false when it is cut or longer than it should be.</summary>
    public static bool TryRead(SpanReader body, out VoteRequest request)
    {
        request = default;
        if (body.Remaining != SizeBytes)
        {
            return false;
        }

        long term = body.ReadInt64();
        var lastIndex = new EntryIndex(body.ReadInt64());
        var lastTerm = new Epoch(body.ReadInt64());
        byte flags = body.ReadByte();
        request = new VoteRequest(term, lastIndex, lastTerm, (flags & 1) != 0, (flags & 2) != 0);
        return true;
    }
}
