using System.Numerics;
using Duramen.Consensus.Contract;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Paxos.Peers;

/// <summary>What a proposer knows of one other member in its ballot.</summary>
internal sealed class Peer
{
    private const int FirstPatienceTicks = 2;

    // Slots behind Through that it accepted, each a bit; a window is as long as any proposer's.
    private readonly ulong[] _beyond;
    private int _ticksWithoutNews;
    private int _patienceTicks = FirstPatienceTicks;

    public Peer(ReplicaId id, EntryIndex committed, int window)
    {
        Id = id;
        ToReport = committed.Next;
        Through = committed;
        Next = committed.Next;
        _beyond = new ulong[(int)BitOperations.RoundUpToPowerOf2(((uint)window + 63) / 64)];
    }

    public ReplicaId Id { get; }

    /// <summary>The first slot of which it has not told yet what it accepted.</summary>
    public EntryIndex ToReport { get; private set; }

    /// <summary>Whether it promised and told everything.</summary>
    public bool HasPromised { get; private set; }

    /// <summary>It knows everything that was chosen up to here, and told about no slot before.</summary>
    public EntryIndex ChosenThrough { get; private set; }

    /// <summary>The next slot to send.</summary>
    public EntryIndex Next { get; set; }

    /// <summary>Every slot up to here it accepted, or it knows it to be chosen.</summary>
    public EntryIndex Through { get; private set; }

    /// <summary>Whether it answered since the leader last counted who does.</summary>
    public bool IsActive { get; set; } = true;

    /// <summary>The latest round that it answered.</summary>
    public long Round { get; set; }

    /// <summary>Takes in a promise that tells of the slots from one to another; true when there is more to ask for.</summary>
    public bool Promise(EntryIndex from, EntryIndex through, bool isAll, EntryIndex committed)
    {
        ChosenThrough = EntryIndex.Max(ChosenThrough, committed);
        if (HasPromised || from > ToReport)
        {
            return false;
        }

        HasPromised = isAll;
        bool isNews = !isAll && through >= ToReport;
        ToReport = isNews ? through.Next : ToReport;
        return isNews;
    }

    /// <summary>The proposer begins to lead with the first slot that it does not know to be chosen.</summary>
    public void Begin(EntryIndex committed)
    {
        Through = EntryIndex.Max(Through, committed);
        Next = committed.Next;
    }

    /// <summary>Takes in an acknowledgement; true when it says more than those before.</summary>
    public bool Accept(EntryIndex through, EntryIndex first, EntryIndex last)
    {
        bool isNews = through > Through;
        Through = EntryIndex.Max(Through, through);
        for (EntryIndex index = EntryIndex.Max(first, Through.Next); index <= last; index = index.Next)
        {
            ref ulong word = ref WordOf(index);
            isNews |= (word & BitOf(index)) == 0;
            word |= BitOf(index);
        }

        if (isNews)
        {
            _ticksWithoutNews = 0;
            _patienceTicks = FirstPatienceTicks;
        }

        return isNews;
    }

    /// <summary>Whether it accepted what the leader proposed for an open slot.</summary>
    public bool HasAccepted(EntryIndex index) => index <= Through || (WordOf(index) & BitOf(index)) != 0;

    /// <summary>A slot is not open any more: its bit is the next one's.</summary>
    public void Close(EntryIndex index) => WordOf(index) &= ~BitOf(index);

    /// <summary>One tick more without news from it; true when what it did not answer is to be sent again, each time after twice as long.</summary>
    public bool LosesPatience(int mostTicks)
    {
        if (Through >= Next.Previous || ++_ticksWithoutNews < _patienceTicks)
        {
            return false;
        }

        _ticksWithoutNews = 0;
        _patienceTicks = Math.Min(2 * _patienceTicks, mostTicks);
        return true;
    }

    private static ulong BitOf(EntryIndex index) => 1UL << (int)(index.Value & 63);

    private ref ulong WordOf(EntryIndex index) => ref _beyond[(index.Value >> 6) & (_beyond.Length - 1)];
}
