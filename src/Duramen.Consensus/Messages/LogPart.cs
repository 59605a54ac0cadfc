using Duramen.Consensus.Contract;
using Duramen.Consensus.Entries;
using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Messages;

/// <summary>
/// A part of the sender's log, perhaps an empty one, at the end of a message's body. It names the entry before it, so that a receiver sees what it lacks: no order of messages is relied on, nor
/// that none is lost. Holds the receiver's buffer.
/// </summary>
public readonly ref struct LogPart
{
    /// <summary>The size before the entries, in bytes.</summary>
    public const int FixedSizeBytes = (4 * sizeof(long)) + sizeof(int);

    private LogPart(EntryIndex previous, Epoch previousEpoch, EntryIndex committed, long round, int count, SpanReader entries)
    {
        Previous = previous;
        PreviousEpoch = previousEpoch;
        Committed = committed;
        Round = round;
        Count = count;
        Entries = entries;
    }

    /// <summary>The entry before the first one in the message.</summary>
    public EntryIndex Previous { get; }

    /// <summary>Its epoch.</summary>
    public Epoch PreviousEpoch { get; }

    /// <summary>How far the sender knows its log to be committed.</summary>
    public EntryIndex Committed { get; }

    /// <summary>From a leader: the number of its latest round of asking whether it still leads; the answer carries it back.</summary>
    public long Round { get; }

    /// <summary>How many entries follow.</summary>
    public int Count { get; }

    /// <summary>The last entry in the message, or the one before it when there are none.</summary>
    public EntryIndex Last => new(Previous.Value + Count);

    /// <summary>The entries, one after the other, to be read by <see cref="EntryCodec"/>.</summary>
    public SpanReader Entries { get; }

    /// <summary>Writes what stands before the entries.</summary>
    public static void WriteFixed(ref SpanWriter writer, EntryIndex previous, Epoch previousEpoch, EntryIndex committed, long round, int count)
    {
        writer.WriteInt64(previous.Value);
        writer.WriteInt64(previousEpoch.Number);
        writer.WriteInt64(committed.Value);
        writer.WriteInt64(round);
        writer.WriteInt32(count);
    }

    /// <summary>
    /// Reads a part and looks through its entries, up to the end of the body; false unless they follow each other with epochs that do not go back and are not beyond <paramref name="newest"/>.
    /// </summary>
    public static bool TryRead(SpanReader body, Epoch newest, out LogPart part)
    {
        part = default;
        if (body.Remaining < FixedSizeBytes)
        {
            return false;
        }

        var previous = new EntryIndex(body.ReadInt64());
        var previousEpoch = new Epoch(body.ReadInt64());
        var committed = new EntryIndex(body.ReadInt64());
        long round = body.ReadInt64();
        int count = body.ReadInt32();
        if (previous < EntryIndex.Zero || count is < 0 or > ConsensusLimits.MaxEntriesPerMessage)
        {
            return false;
        }

        SpanReader entries = body;
        EntryIndex index = previous;
        Epoch last = previousEpoch;
        for (int i = 0; i < count; i++)
        {
            index = index.Next;
            if (!EntryCodec.TryRead(ref body, out EntryView entry) || entry.Header.Index != index || entry.Header.Epoch < last || entry.Header.Epoch > newest)
            {
                return false;
            }

            last = entry.Header.Epoch;
        }

        part = new LogPart(previous, previousEpoch, committed, round, count, entries);
        return body.IsAtEnd;
    }
}
