using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Paxos.Messages;

/// <summary>Asks whether a promise would be given. It promises nothing and changes nothing, so that a replica that cannot win deposes nobody.</summary>
/// <param name="Attempt">The sender's number for the question; the answer carries it back.</param>
/// <param name="Committed">How far the sender knows everything that was chosen.</param>
public readonly record struct Canvass(long Attempt, EntryIndex Committed)
{
    /// <summary>The size of the body, in bytes.</summary>
    public const int SizeBytes = 2 * sizeof(long);

    /// <summary>Writes the body.</summary>
    public void Write(ref SpanWriter writer)
    {
        writer.WriteInt64(Attempt);
        writer.WriteInt64(Committed.Value);
    }

    /// <summary>Reads a body; false when it is cut or longer than it should be.</summary>
    public static bool TryRead(SpanReader body, out Canvass question)
    {
        bool isWhole = body.Remaining == SizeBytes;
        question = isWhole ? new Canvass(body.ReadInt64(), new EntryIndex(body.ReadInt64())) : default;
        return isWhole;
    }
}
