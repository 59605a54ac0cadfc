using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Viewstamped.Messages;

/// <summary>The era of the message has begun: the paper's STARTEPOCH (7.1). Whoever has the entry it names knows all that it needs; others ask for it.</summary>
/// <param name="Committed">An entry that is committed, not before the one that began the era.</param>
/// <param name="Epoch">Its epoch.</param>
public readonly record struct StartEra(EntryIndex Committed, Epoch Epoch)
{
    /// <summary>The size of the body, in bytes.</summary>
    public const int SizeBytes = 2 * sizeof(long);

    /// <summary>Writes the body.</summary>
    public void Write(ref SpanWriter writer)
    {
        writer.WriteInt64(Committed.Value);
        writer.WriteInt64(Epoch.Number);
    }

    /// <summary>Reads a body; false when it is cut or longer than it should be.</summary>
    public static bool TryRead(SpanReader body, out StartEra note)
    {
        bool isWhole = body.Remaining == SizeBytes;
        note = isWhole ? new StartEra(new EntryIndex(body.ReadInt64()), new Epoch(body.ReadInt64())) : default;
        return isWhole;
    }
}
