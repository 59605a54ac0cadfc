using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Zab.Messages;

/// <summary>What a history is: of which epoch, and how it ends. That is what histories are compared by.</summary>
/// <param name="CurrentEpoch">The last epoch whose history the sender took over as a whole: f.a of the paper, ZooKeeper's currentEpoch.</param>
/// <param name="Last">The last entry, or the one to go on behind.</param>
/// <param name="LastEpoch">Its epoch.</param>
public readonly record struct HistoryEnd(Epoch CurrentEpoch, EntryIndex Last, Epoch LastEpoch)
{
    /// <summary>The size of the body, in bytes.</summary>
    public const int SizeBytes = 3 * sizeof(long);

    /// <summary>Writes the body.</summary>
    public void Write(ref SpanWriter writer)
    {
        writer.WriteInt64(CurrentEpoch.Number);
        writer.WriteInt64(Last.Value);
        writer.WriteInt64(LastEpoch.Number);
    }

    /// <summary>Reads a body; false when it is cut or longer than it should be.</summary>
    public static bool TryRead(SpanReader body, out HistoryEnd end)
    {
        bool isWhole = body.Remaining == SizeBytes;
        end = isWhole ? Read(ref body) : default;
        return isWhole && end.Last >= EntryIndex.Zero;
    }

    internal static HistoryEnd Read(ref SpanReader body) =>
        new(new Epoch(body.ReadInt64()), new EntryIndex(body.ReadInt64()), new Epoch(body.ReadInt64()));
}
