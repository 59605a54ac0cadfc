using Duramen.Consensus.Contract;
using Duramen.Consensus.Entries;
using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Paxos.Messages;

/// <summary>Phase 2a: entries for slots that follow each other, to be accepted in the message's ballot. Holds the receiver's buffer.</summary>
public readonly ref struct Accept
{
    /// <summary>The size of the body before the entries, in bytes.</summary>
    public const int FixedSizeBytes = (3 * sizeof(long)) + sizeof(int);

    private readonly SpanReader _entries;

    private Accept(EntryIndex first, EntryIndex committed, long round, int count, SpanReader entries)
    {
        First = first;
        Committed = committed;
        Round = round;
        Count = count;
        _entries = entries;
    }

    /// <summary>The slot of the first entry; without entries the next one that the sender would send.</summary>
    public EntryIndex First { get; }

    /// <summary>Everything up to here is chosen; where it was proposed in this ballot, what was proposed.</summary>
    public EntryIndex Committed { get; }

    /// <summary>The number of the leader's latest round of asking whether it still leads; the answer carries it back.</summary>
    public long Round { get; }

    /// <summary>How many entries follow.</summary>
    public int Count { get; }

    /// <summary>The slot of the last entry, or the one before <see cref="First"/> when there are none.</summary>
    public EntryIndex Last => new(First.Value + Count - 1);

    /// <summary>The entries, one after the other, to be read by <see cref="EntryCodec"/>.</summary>
    public SpanReader Entries => _entries;

    /// <summary>Writes the body before the entries.</summary>
    public static void WriteFixed(ref SpanWriter writer, EntryIndex first, EntryIndex committed, long round, int count)
    {
        writer.WriteInt64(first.Value);
        writer.WriteInt64(committed.Value);
        writer.WriteInt64(round);
        writer.WriteInt32(count);
    }

    /// <summary>Reads a body and looks through its entries; false unless they follow each other and none was made after the ballot.</summary>
    public static bool TryRead(SpanReader body, Epoch ballot, out Accept request)
    {
        request = default;
        if (body.Remaining < FixedSizeBytes)
        {
            return false;
        }

        var first = new EntryIndex(body.ReadInt64());
        var committed = new EntryIndex(body.ReadInt64());
        long round = body.ReadInt64();
        int count = body.ReadInt32();
        request = new Accept(first, committed, round, count, body);
        return count >= 0 && first > EntryIndex.Zero && EntryRun.IsValid(body, count, first, mayMissSome: false) && request.AreMadeBy(ballot);
    }

    private bool AreMadeBy(Epoch ballot)
    {
        SpanReader entries = _entries;
        bool areMade = true;
        while (areMade && EntryCodec.TryRead(ref entries, out EntryView entry))
        {
            areMade = entry.Header.Epoch <= ballot;
        }

        return areMade;
    }
}
