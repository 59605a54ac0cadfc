using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Raft.Messages;

/// <summary>Answers an <see cref="RaftMessage.AppendRequest"/>.</summary>
/// <param name="IsMatch">Whether the sender had the entry before those of the request.</param>
/// <param name="Previous">That entry's index, so that the leader recognises an old refusal.</param>
/// <param name="Index">
/// With a match: up to here the sender's log is the leader's, and synced. Without: the last entry of the sender that could be the leader's too.
/// </param>
/// <param name="Term">Without a match: the term of the entry at <paramref name="Index"/>.</param>
/// <param name="Round">The round of the request.</param>
public readonly record struct AppendResponse(bool IsMatch, EntryIndex Previous, EntryIndex Index, Epoch Term, long Round)
{
    /// <summary>The size of the body, in bytes.</summary>
    public const int SizeBytes = (4 * sizeof(long)) + 1;

    /// <summary>Writes the body.</summary>
    public void Write(ref SpanWriter writer)
    {
        writer.WriteByte((byte)(IsMatch ? 1 : 0));
        writer.WriteInt64(Previous.Value);
        writer.WriteInt64(Index.Value);
        writer.WriteInt64(Term.Number);
        writer.WriteInt64(Round);
    }

    /// <summary>Reads a body; false when it is cut or longer than it should be.</summary>
    public static bool TryRead(SpanReader body, out AppendResponse response)
    {
        response = default;
        if (body.Remaining != SizeBytes)
        {
            return false;
        }

        byte flags = body.ReadByte();
        response = new AppendResponse(
            (flags & 1) != 0, new EntryIndex(body.ReadInt64()), new EntryIndex(body.ReadInt64()), new Epoch(body.ReadInt64()), body.ReadInt64());
        return true;
    }
}
