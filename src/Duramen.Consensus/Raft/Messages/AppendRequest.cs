using Duramen.Consensus.Contract;
using Duramen.Consensus.Entries;
using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Raft.Messages;

/// <summary>Entries from the leader, or none: a heartbeat (thesis 3.5). Holds the receiver's buffer.</summary>
public readonly ref struct AppendRequest
{
    /// <summary>The size of the body before the entries, in bytes.</summary>
    public const int FixedSizeBytes = (4 * sizeof(long)) + sizeof(int);

    private readonly SpanReader _entries;

    private AppendRequest(EntryIndex previous, Epoch previousTerm, EntryIndex committed, long round, int count, SpanReader entries)
    {
        Previous = previous;
        PreviousTerm = previousTerm;
        Committed = committed;
        Round = round;
        Count = count;
        _entries = entries;
    }

    /// <summary>The entry before the first one in the message.</summary>
    public EntryIndex Previous { get; }

    /// <summary>Its term.</summary>
    public Epoch PreviousTerm { get; }

    /// <summary>How far the leader's log is committed.</summary>
    public EntryIndex Committed { get; }

    /// <summary>The number of the leader's latest round of asking whether it still leads; the answer carries it back.</summary>
    public long Round { get; }

    /// <summary>How many entries follow.</summary>
    public int Count { get; }

    /// <summary>The last entry in the message, or the one before it when there are none.</summary>
    public EntryIndex Last => new(Previous.Value + Count);

    /// <summary>The entries, one after the other, to be read by <see cref="EntryCodec"/>.</summary>
    public SpanReader Entries => _entries;

    /// <summary>Writes the body before the entries.</summary>
    public static void WriteFixed(ref SpanWriter writer, EntryIndex previous, Epoch previousTerm, EntryIndex committed, long round, int count)
    {
        writer.WriteInt64(previous.Value);
        writer.WriteInt64(previousTerm.Number);
        writer.WriteInt64(committed.Value);
        writer.WriteInt64(round);
        writer.WriteInt32(count);
    }

    /// <summary>
    /// Reads a body and looks through its entries; false unless they follow each other with terms that do not go back and are not beyond the sender's.
    /// </summary>
    public static bool TryRead(SpanReader body, Epoch term, out AppendRequest request)
    {
        request = default;
        if (body.Remaining < FixedSizeBytes)
        {
            return false;
        }

        var previous = new EntryIndex(body.ReadInt64());
        var previousTerm = new Epoch(body.ReadInt64());
        var committed = new EntryIndex(body.ReadInt64());
        long round = body.ReadInt64();
        int count = body.ReadInt32();
        if (previous < EntryIndex.Zero || count is < 0 or > ConsensusLimits.MaxEntriesPerMessage)
        {
            return false;
        }

        SpanReader entries = body;
        EntryIndex index = previous;
        Epoch last = previousTerm;
        for (int i = 0; i < count; i++)
        {
            index = index.Next;
            if (!EntryCodec.TryRead(ref body, out EntryView entry) || entry.Header.Index != index || entry.Header.Epoch < last || entry.Header.Epoch > term)
            {
                return false;
            }

            last = entry.Header.Epoch;
        }

        request = new AppendRequest(previous, previousTerm, committed, round, count, entries);
        return body.IsAtEnd;
    }
}
