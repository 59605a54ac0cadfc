using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Zab.Messages;

/// <summary>The epoch of the message is the sender's current one, and its history is synced. The first one acknowledges NEWLEADER.</summary>
/// <param name="Last">Up to here.</param>
/// <param name="Round">The round of the proposal that it answers.</param>
public readonly record struct Ack(EntryIndex Last, long Round)
{
    /// <summary>The size of the body, in bytes.</summary>
    public const int SizeBytes = 2 * sizeof(long);

    /// <summary>Writes the body.</summary>
    public void Write(ref SpanWriter writer)
    {
        writer.WriteInt64(Last.Value);
        writer.WriteInt64(Round);
    }

    /// <summary>Reads a body; false when it is cut or longer than it should be.</summary>
    public static bool TryRead(SpanReader body, out Ack ack)
    {
        bool isWhole = body.Remaining == SizeBytes;
        ack = isWhole ? new Ack(new EntryIndex(body.ReadInt64()), body.ReadInt64()) : default;
        return isWhole;
    }
}
