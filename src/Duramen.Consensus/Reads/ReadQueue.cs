using Duramen.Consensus.Contract;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Reads;

/// <summary>
/// Reads that wait until a majority confirmed, in a round of messages that started after the read came, that the leader still leads (Raft thesis 6.4). One round is under
/// way at a time; reads that come meanwhile share the next.
/// </summary>
internal sealed class ReadQueue
{
    private readonly Queue<(RequestToken Token, EntryIndex Index, long Round)> _waiting = new();
    private long _confirmed;

    /// <summary>The latest round that was started.</summary>
    public long Round { get; private set; }

    /// <summary>Whether a round is under way.</summary>
    public bool IsAsking => Round > _confirmed;

    /// <summary>Adds a read; true when a round is to be started now.</summary>
    public bool Add(RequestToken token, EntryIndex index)
    {
        _waiting.Enqueue((token, index, Round + 1));
        return !IsAsking;
    }

    /// <summary>Starts the next round.</summary>
    public void StartRound() => Round++;

    /// <summary>
    /// A majority confirmed the round under way: releases its reads, none at an earlier point than <paramref name="floor"/>; true when others wait for the next.
    /// </summary>
    public bool Confirm(ReplicaOutbox outbox, EntryIndex floor = default)
    {
        _confirmed = Round;
        while (_waiting.TryPeek(out (RequestToken Token, EntryIndex Index, long Round) read) && read.Round <= _confirmed)
        {
            outbox.Release(read.Token, EntryIndex.Max(read.Index, floor));
            _waiting.Dequeue();
        }

        return _waiting.Count > 0;
    }

    /// <summary>Rejects all reads: the leader leads no more.</summary>
    public void Reject(ReplicaOutbox outbox)
    {
        _confirmed = Round;
        while (_waiting.TryDequeue(out (RequestToken Token, EntryIndex Index, long Round) read))
        {
            outbox.Reject(read.Token, Rejection.LeadershipLost);
        }
    }
}
