using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Paxos.Messages;

/// <summary>Answers a <see cref="Canvass"/>.</summary>
/// <param name="Attempt">The number of the question.</param>
/// <param name="Committed">How far the sender knows everything that was chosen.</param>
/// <param name="WouldPromise">Whether it hears no leader.</param>
public readonly record struct CanvassAnswer(long Attempt, EntryIndex Committed, bool WouldPromise)
{
    /// <summary>The size of the body, in bytes.</summary>
    public const int SizeBytes = (2 * sizeof(long)) + 1;

    /// <summary>Writes the body.</summary>
    public void Write(ref SpanWriter writer)
    {
        writer.WriteInt64(Attempt);
        writer.WriteInt64(Committed.Value);
        writer.WriteByte((byte)(WouldPromise ? 1 : 0));
    }

    /// <summary>Reads a body; false when it is cut or longer than it should be.</summary>
    public static bool TryRead(SpanReader body, out CanvassAnswer answer)
    {
        bool isWhole = body.Remaining == SizeBytes;
        answer = isWhole ? new CanvassAnswer(body.ReadInt64(), new EntryIndex(body.ReadInt64()), (body.ReadByte() & 1) != 0) : default;
        return isWhole;
    }
}
