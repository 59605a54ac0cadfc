using Duramen.Consensus.Contract;
using Duramen.Consensus.Replicas;
using Duramen.Consensus.Zab.Messages;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Zab.Peers;

/// <summary>What the leader of an epoch, or who would be it, knows of one other member.</summary>
internal sealed class Follower : PeerProgress
{
    private bool _isResumed;

    public Follower(ReplicaId id)
        : base(id)
    {
    }

    /// <summary>Whether it accepted the epoch.</summary>
    public bool HasAccepted { get; private set; }

    /// <summary>The history that it had then.</summary>
    public HistoryEnd End { get; private set; }

    /// <summary>Whether it took over the history with which the epoch begins: from then on proposals are sent to it.</summary>
    public bool IsSynchronised { get; private set; }

    /// <summary>Up to here it acknowledged the history of this epoch; zero while it did not at all.</summary>
    public EntryIndex Acknowledged { get; private set; }

    /// <summary>The last entry that was sent to it. One that got lost shows in the next, and it asks.</summary>
    public EntryIndex Sent { get; set; }

    /// <summary>What it said last that it has of the history with which the epoch begins.</summary>
    public EntryIndex Resumed { get; private set; }

    /// <summary>Takes in that it accepted the epoch; true when that is news.</summary>
    public bool Accept(in HistoryEnd end)
    {
        bool isNews = !HasAccepted;
        HasAccepted = true;
        End = isNews ? end : End;
        return isNews;
    }

    /// <summary>Takes in that it has entries up to one and lacks those behind it.</summary>
    public void GoBackTo(EntryIndex last) => Sent = EntryIndex.Max(last, Acknowledged);

    /// <summary>
    /// Takes in that it has the history up to an entry; true when that is more than it said before. Then what was sent behind that may be on its way; otherwise it got lost.
    /// </summary>
    public bool Resume(EntryIndex last)
    {
        bool isProgress = _isResumed && last > Resumed;
        _isResumed = true;
        Sent = isProgress ? EntryIndex.Max(Sent, last) : last;
        Resumed = last;
        return isProgress;
    }

    /// <summary>Takes in an acknowledgement; true when it says more than those before.</summary>
    public bool Acknowledge(in Ack ack)
    {
        bool isNews = !IsSynchronised || ack.Last > Acknowledged;
        IsSynchronised = true;
        Acknowledged = EntryIndex.Max(Acknowledged, ack.Last);
        Sent = EntryIndex.Max(Sent, Acknowledged);
        Answer(ack.Round);
        return isNews;
    }
}
