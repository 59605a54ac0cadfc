using Duramen.Core.Binary;

namespace Duramen.Consensus.Raft.Messages;

/// <summary>Answers a <see cref="VoteRequest"/>.</summary>
/// <param name="Term">The term that was asked for.</param>
/// <param name="IsPreVote">Whether it answers a pre-vote.</param>
/// <param name="IsGranted">Whether the sender votes for the receiver, or would.</param>
public readonly record struct VoteResponse(long Term, bool IsPreVote, bool IsGranted)
{
    /// <summary>The size of the body, in bytes.</summary>
    public const int SizeBytes = sizeof(long) + 1;

    /// <summary>Writes the body.</summary>
    public void Write(ref SpanWriter writer)
    {
        writer.WriteInt64(Term);
        writer.WriteByte((byte)((IsPreVote ? 1 : 0) | (IsGranted ? 2 : 0)));
    }

    /// <summary>Reads a body; false when it is cut or longer than it should be.</summary>
    public static bool TryRead(SpanReader body, out VoteResponse response)
    {
        response = default;
        if (body.Remaining != SizeBytes)
        {
            return false;
        }

        long term = body.ReadInt64();
        byte flags = body.ReadByte();
        response = new VoteResponse(term, (flags & 1) != 0, (flags & 2) != 0);
        return true;
    }
}
