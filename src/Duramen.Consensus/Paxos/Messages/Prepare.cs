using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Paxos.Messages;

/// <summary>Phase 1a for all slots at once: asks for a promise, and for what was accepted from a slot on. An answer that does not tell everything is followed by the question for the rest.</summary>
/// <param name="From">The first slot of interest.</param>
/// <param name="IsTransfer">Whether the leader wished it, so that hearing from it is no reason to refuse.</param>
public readonly record struct Prepare(EntryIndex From, bool IsTransfer)
{
    /// <summary>The size of the body, in bytes.</summary>
    public const int SizeBytes = sizeof(long) + 1;

    /// <summary>Writes the body.</summary>
    public void Write(ref SpanWriter writer)
    {
        writer.WriteInt64(From.Value);
        writer.WriteByte((byte)(IsTransfer ? 1 : 0));
    }

    /// <summary>Reads a body; false when it is cut, longer than it should be, or about a slot before the first.</summary>
    public static bool TryRead(SpanReader body, out Prepare request)
    {
        bool isWhole = body.Remaining == SizeBytes;
        request = isWhole ? new Prepare(new EntryIndex(body.ReadInt64()), (body.ReadByte() & 1) != 0) : default;
        return isWhole && request.From > EntryIndex.Zero;
    }
}
