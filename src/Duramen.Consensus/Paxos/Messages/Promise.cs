using Duramen.Consensus.Entries;
using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Paxos.Messages;

/// <summary>
/// Phase 1b: the sender takes part in no ballot before the message's, and tells what it accepted. Of what it knows to be chosen it says only how far that goes: who lacks
/// it asks for it, or gets a snapshot. Holds the receiver's buffer.
/// </summary>
public readonly ref struct Promise
{
    /// <summary>The size of the body before the entries, in bytes.</summary>
    public const int FixedSizeBytes = (3 * sizeof(long)) + sizeof(int);

    private readonly SpanReader _entries;

    private Promise(EntryIndex from, EntryIndex committed, EntryIndex through, int count, SpanReader entries)
    {
        From = from;
        Committed = committed;
        Through = through;
        Count = count;
        _entries = entries;
    }

    /// <summary>A promise that tells everything goes through this slot.</summary>
    public static EntryIndex Everything => new(long.MaxValue);

    /// <summary>The first slot that was asked for.</summary>
    public EntryIndex From { get; }

    /// <summary>Everything up to here is chosen, and told about no further.</summary>
    public EntryIndex Committed { get; }

    /// <summary>What the sender accepted from <see cref="From"/> on and behind <see cref="Committed"/> up to here is in the message.</summary>
    public EntryIndex Through { get; }

    /// <summary>How many entries follow.</summary>
    public int Count { get; }

    /// <summary>The entries with the ballots in which they were accepted, one after the other, to be read by <see cref="EntryCodec"/>; slots can be missing between them.</summary>
    public SpanReader Entries => _entries;

    /// <summary>Writes the body before the entries.</summary>
    public static void WriteFixed(ref SpanWriter writer, EntryIndex from, EntryIndex committed, EntryIndex through, int count)
    {
        writer.WriteInt64(from.Value);
        writer.WriteInt64(committed.Value);
        writer.WriteInt64(through.Value);
        writer.WriteInt32(count);
    }

    /// <summary>Reads a body and looks through its entries; false unless they are in order.</summary>
    public static bool TryRead(SpanReader body, out Promise promise)
    {
        promise = default;
        if (body.Remaining < FixedSizeBytes)
        {
            return false;
        }

        var from = new EntryIndex(body.ReadInt64());
        var committed = new EntryIndex(body.ReadInt64());
        var through = new EntryIndex(body.ReadInt64());
        int count = body.ReadInt32();
        promise = new Promise(from, committed, through, count, body);
        return count >= 0 && from > EntryIndex.Zero && EntryRun.IsValid(body, count, from, mayMissSome: true);
    }
}
