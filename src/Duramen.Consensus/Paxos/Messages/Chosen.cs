using Duramen.Consensus.Entries;
using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Paxos.Messages;

/// <summary>What was chosen, slot by slot: the answer to a <see cref="GetChosen"/>. Holds the receiver's buffer.</summary>
public readonly ref struct Chosen
{
    /// <summary>The size of the body before the entries, in bytes.</summary>
    public const int FixedSizeBytes = (4 * sizeof(long)) + (2 * sizeof(int));

    private readonly SpanReader _entries;

    private Chosen(GetChosen confirmed, EntryIndex committed, int count, SpanReader entries)
    {
        Confirmed = confirmed;
        Committed = committed;
        Count = count;
        _entries = entries;
    }

    /// <summary>What of the question is true: behind <see cref="GetChosen.After"/> the entries made in that epoch were chosen up to <see cref="GetChosen.Through"/>.</summary>
    public GetChosen Confirmed { get; }

    /// <summary>How far the sender knows everything that was chosen.</summary>
    public EntryIndex Committed { get; }

    /// <summary>How many entries follow.</summary>
    public int Count { get; }

    /// <summary>The entries behind what is confirmed, one after the other, to be read by <see cref="EntryCodec"/>.</summary>
    public SpanReader Entries => _entries;

    /// <summary>Writes the body before the entries.</summary>
    public static void WriteFixed(ref SpanWriter writer, in GetChosen confirmed, EntryIndex committed, int count)
    {
        confirmed.Write(ref writer);
        writer.WriteInt64(committed.Value);
        writer.WriteInt32(count);
    }

    /// <summary>Reads a body and looks through its entries; false unless they follow what is confirmed.</summary>
    public static bool TryRead(SpanReader body, out Chosen answer)
    {
        answer = default;
        if (body.Remaining < FixedSizeBytes || !GetChosen.TryRead(new SpanReader(body.ReadBytes(GetChosen.SizeBytes)), out GetChosen confirmed))
        {
            return false;
        }

        var committed = new EntryIndex(body.ReadInt64());
        int count = body.ReadInt32();
        answer = new Chosen(confirmed, committed, count, body);
        return count >= 0 && EntryRun.IsValid(body, count, confirmed.Through.Next, mayMissSome: false);
    }
}
