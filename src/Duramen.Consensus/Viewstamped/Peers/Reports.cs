using Duramen.Consensus.Contract;
using Duramen.Consensus.Memberships;
using Duramen.Consensus.Mutants;
using Duramen.Consensus.Viewstamped.Messages;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Viewstamped.Peers;

/// <summary>The DoViewChange messages that came for the view which this replica is to lead, the latest of each member (4.2, step 3).</summary>
internal sealed class Reports
{
    private readonly DoViewChange[] _reports = new DoViewChange[ConsensusLimits.MaxMembers];

    /// <summary>Who reported, as a set of members.</summary>
    public ulong Senders { get; private set; }

    public void Clear() => Senders = 0;

    /// <summary>Takes in a report of the member at a place.</summary>
    public void Add(int slot, in DoViewChange report)
    {
        _reports[slot] = report;
        Senders |= 1UL << slot;
    }

    /// <summary>The best log there is, one's own or a reported one: that of the latest view, and of several the longest. It has everything that was committed.</summary>
    public (DoViewChange Log, ReplicaId Owner) Best(in DoViewChange own, ReplicaId self, Membership membership)
    {
        (DoViewChange Log, ReplicaId Owner) best = (own, self);
        for (int slot = 0; slot < membership.Count; slot++)
        {
            if ((Senders >> slot & 1) == 0)
            {
                continue;
            }

            DoViewChange report = _reports[slot];
            bool isBetter = report.LogView > best.Log.LogView || (report.LogView == best.Log.LogView && report.Last > best.Log.Last);
            Mutant.Weaken("V01", ref isBetter, report.Last > best.Log.Last);
            if (isBetter)
            {
                best = (report, membership.Members[slot]);
            }
        }

        return best;
    }

    /// <summary>The highest commit-number reported.</summary>
    public EntryIndex Committed(Membership membership)
    {
        EntryIndex committed = EntryIndex.Zero;
        for (int slot = 0; slot < membership.Count; slot++)
        {
            committed = (Senders >> slot & 1) != 0 ? EntryIndex.Max(committed, _reports[slot].Committed) : committed;
        }

        return committed;
    }
}
