using Duramen.Consensus.Contract;
using Duramen.Consensus.Replicas;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Raft.Peers;

/// <summary>
/// What a leader knows of one other member (the tracker of thesis 10.2.1). Always <see cref="Matched"/> &lt; <see cref="Next"/>: what is in between was sent and not answered.
/// </summary>
internal sealed class Peer : PeerProgress
{
    private readonly Window _inFlight;

    public Peer(ReplicaId id, EntryIndex next, int window)
        : base(id)
    {
        Next = next;
        _inFlight = new Window(window);
    }

    public PeerState State { get; private set; }

    /// <summary>Up to here its log is the leader's, and synced; zero while nothing is known.</summary>
    public EntryIndex Matched { get; private set; }

    /// <summary>The next entry to send.</summary>
    public EntryIndex Next { get; private set; }

    /// <summary>Ticks since the snapshot was asked for.</summary>
    public int SnapshotTicks { get; set; }

    /// <summary>Whether entries may be sent now.</summary>
    public bool MaySend => State switch
    {
        PeerState.Probe => !IsProbing,
        PeerState.Replicate => !_inFlight.IsFull,
        _ => false,
    };

    /// <summary>Whether a probe is out; ends with its answer or the next heartbeat.</summary>
    public bool IsProbing { get; set; }

    /// <summary>Takes in that entries up to one were sent.</summary>
    public void Sent(EntryIndex last)
    {
        if (State == PeerState.Replicate)
        {
            Next = last.Next;
            _inFlight.Add(last);
        }
        else
        {
            IsProbing = true;
        }
    }

    /// <summary>Takes in that its log matches up to an index; true when that is news.</summary>
    public bool Match(EntryIndex index)
    {
        IsProbing = false;
        bool isNews = index > Matched;
        Matched = EntryIndex.Max(Matched, index);
        if (State == PeerState.Replicate)
        {
            _inFlight.RemoveUpTo(index);
            Next = EntryIndex.Max(Next, Matched.Next);
        }
        else if (State == PeerState.Probe || index >= Next.Previous)
        {
            State = PeerState.Replicate;
            Next = Matched.Next;
        }

        return isNews;
    }

    /// <summary>
    /// Takes in that it lacks an entry, and goes back to the one that could match; true unless the refusal is older than what is known.
    /// </summary>
    public bool Refuse(EntryIndex refused, EntryIndex next)
    {
        if (State == PeerState.Snapshot || refused <= Matched || (State == PeerState.Probe && refused != Next.Previous))
        {
            return false;
        }

        if (State == PeerState.Replicate)
        {
            Probe(Matched.Next);
        }
        else
        {
            IsProbing = false;
            Next = EntryIndex.Max(Matched.Next, EntryIndex.Min(refused, next));
        }

        return true;
    }

    /// <summary>Waits for a snapshot that covers everything up to an index.</summary>
    public void AwaitSnapshot(EntryIndex covers)
    {
        _inFlight.Clear();
        State = PeerState.Snapshot;
        Next = covers.Next;
        SnapshotTicks = 0;
    }

    private void Probe(EntryIndex next)
    {
        _inFlight.Clear();
        State = PeerState.Probe;
        IsProbing = false;
        Next = next;
    }
}
