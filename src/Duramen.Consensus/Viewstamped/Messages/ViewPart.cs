using Duramen.Consensus.Contract;
using Duramen.Consensus.Entries;
using Duramen.Consensus.Memberships;
using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Viewstamped.Messages;

/// <summary>A part of the sender's log, perhaps an empty one. Holds the receiver's buffer.</summary>
public readonly ref struct LogPart
{
    /// <summary>The size of the body before the entries, in bytes.</summary>
    public const int FixedSizeBytes = (5 * sizeof(long)) + sizeof(int);

    private readonly SpanReader _entries;

    private LogPart(EntryIndex previous, Epoch previousEpoch, EntryIndex committed, EntryIndex start, long round, int count, SpanReader entries)
    {
        Previous = previous;
        PreviousEpoch = previousEpoch;
        Committed = committed;
        Start = start;
        Round = round;
        Count = count;
        _entries = entries;
    }

    /// <summary>The entry before the first one in the message.</summary>
    public EntryIndex Previous { get; }

    /// <summary>Its epoch.</summary>
    public Epoch PreviousEpoch { get; }

    /// <summary>How far the sender knows its log to be committed: the paper's commit-number.</summary>
    public EntryIndex Committed { get; }

    /// <summary>The start of a view that has no log yet, or is not the sender's to start.</summary>
    public static EntryIndex NotStarted => new(long.MaxValue);

    /// <summary>From a primary: the last entry of the log with which its view began. From others <see cref="NotStarted"/>.</summary>
    public EntryIndex Start { get; }

    /// <summary>From a primary: the number of its latest round of asking whether it is still the primary; the answer carries it back.</summary>
    public long Round { get; }

    /// <summary>How many entries follow.</summary>
    public int Count { get; }

    /// <summary>The last entry in the message, or the one before it when there are none.</summary>
    public EntryIndex Last => new(Previous.Value + Count);

    /// <summary>The entries, one after the other, to be read by <see cref="EntryCodec"/>.</summary>
    public SpanReader Entries => _entries;

    /// <summary>Writes the body before the entries.</summary>
    public static void WriteFixed(
        ref SpanWriter writer, EntryIndex previous, Epoch previousEpoch, EntryIndex committed, EntryIndex start, long round, int count)
    {
        writer.WriteInt64(previous.Value);
        writer.WriteInt64(previousEpoch.Number);
        writer.WriteInt64(committed.Value);
        writer.WriteInt64(start.Value);
        writer.WriteInt64(round);
        writer.WriteInt32(count);
    }

    /// <summary>
    /// Reads a body and looks through its entries; false unless they follow each other with epochs that do not go back and are not beyond the era after the sender's.
    /// </summary>
    public static bool TryRead(SpanReader body, Epoch view, out LogPart part)
    {
        part = default;
        if (body.Remaining < FixedSizeBytes)
        {
            return false;
        }

        var previous = new EntryIndex(body.ReadInt64());
        var previousEpoch = new Epoch(body.ReadInt64());
        var committed = new EntryIndex(body.ReadInt64());
        var start = new EntryIndex(body.ReadInt64());
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
            if (!EntryCodec.TryRead(ref body, out EntryView entry) || entry.Header.Index != index || entry.Header.Epoch < last
                || EraNumber.Of(entry.Header.Epoch) > EraNumber.Of(view) + 1)
            {
                return false;
            }

            last = entry.Header.Epoch;
        }

        part = new LogPart(previous, previousEpoch, committed, start, round, count, entries);
        return body.IsAtEnd;
    }
}
