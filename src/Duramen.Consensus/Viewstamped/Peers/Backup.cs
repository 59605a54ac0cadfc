using Duramen.Consensus.Contract;
using Duramen.Consensus.Replicas;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Viewstamped.Peers;

/// <summary>What a primary knows of one other member.</summary>
internal sealed class Backup : PeerProgress
{
    public Backup(ReplicaId id, EntryIndex sent)
        : base(id) => Sent = sent;

    /// <summary>Up to here it acknowledged the log of this view; zero while it did not at all.</summary>
    public EntryIndex Acknowledged { get; private set; }

    /// <summary>The last entry that was sent to it. A message that got lost shows in the next one, and it asks.</summary>
    public EntryIndex Sent { get; set; }

    /// <summary>Takes in an acknowledgement; true when it says more than those before.</summary>
    public bool Acknowledge(EntryIndex last, long round)
    {
        bool isNews = last > Acknowledged;
        Acknowledged = EntryIndex.Max(Acknowledged, last);
        Sent = EntryIndex.Max(Sent, Acknowledged);
        Answer(round);
        return isNews;
    }
}
