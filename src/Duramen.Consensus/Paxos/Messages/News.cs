using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Paxos.Messages;

/// <summary>Says how far everything is chosen. A replica that is no voter any more tells it to those who are and may not know so yet; they ask for what they lack.</summary>
/// <param name="Committed">How far the sender knows everything that was chosen.</param>
/// <param name="IsAnswer">Whether it answers one; then it is not answered.</param>
public readonly record struct News(EntryIndex Committed, bool IsAnswer)
{
    /// <summary>The size of the body, in bytes.</summary>
    public const int SizeBytes = sizeof(long) + 1;

    /// <summary>Writes the body.</summary>
    public void Write(ref SpanWriter writer)
    {
        writer.WriteInt64(Committed.Value);
        writer.WriteByte((byte)(IsAnswer ? 1 : 0));
    }

    /// <summary>Reads a body; false when it is cut or longer than it should be.</summary>
    public static bool TryRead(SpanReader body, out News news)
    {
        bool isWhole = body.Remaining == SizeBytes;
        news = isWhole ? new News(new EntryIndex(body.ReadInt64()), (body.ReadByte() & 1) != 0) : default;
        return isWhole;
    }
}
