using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Viewstamped.Messages;

/// <summary>
/// The sender entered the view of the message, acknowledges nothing of an earlier one any more, and says what its log is (4.2). The entries are asked for by the new primary, if it
/// needs them (5.3).
/// </summary>
/// <param name="LogView">The last view in which its status was normal: the one its log is of.</param>
/// <param name="Last">The last entry of its log: the paper's op-number.</param>
/// <param name="LastEpoch">That entry's epoch.</param>
/// <param name="Committed">How far it knows its log to be committed.</param>
public readonly record struct DoViewChange(Epoch LogView, EntryIndex Last, Epoch LastEpoch, EntryIndex Committed)
{
    /// <summary>The size of the body, in bytes.</summary>
    public const int SizeBytes = 4 * sizeof(long);

    /// <summary>Writes the body.</summary>
    public void Write(ref SpanWriter writer)
    {
        writer.WriteInt64(LogView.Number);
        writer.WriteInt64(Last.Value);
        writer.WriteInt64(LastEpoch.Number);
        writer.WriteInt64(Committed.Value);
    }

    /// <summary>Reads a body; false when it is cut or longer than it should be.</summary>
    public static bool TryRead(SpanReader body, out DoViewChange report)
    {
        bool isWhole = body.Remaining == SizeBytes;
        report = isWhole
            ? new DoViewChange(new Epoch(body.ReadInt64()), new EntryIndex(body.ReadInt64()), new Epoch(body.ReadInt64()), new EntryIndex(body.ReadInt64()))
            : default;
        return isWhole;
    }
}
