using Duramen.Consensus.Contract;
using Duramen.Consensus.Entries;
using Duramen.Consensus.Memberships;
using Duramen.Consensus.Paxos.Messages;
using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Simulation.Checking;

/// <summary>What acceptors told a proposer in one ballot.</summary>
internal sealed class PaxosReports
{
    private readonly SortedDictionary<ReplicaId, (EntryIndex From, EntryIndex Through, EntryIndex Committed)> _told = [];
    private readonly SortedDictionary<EntryIndex, List<EntryHeader>> _entries = [];

    public void Add(ReplicaId from, in Promise promise)
    {
        if (!_told.TryGetValue(from, out (EntryIndex From, EntryIndex Through, EntryIndex Committed) told))
        {
            told = (promise.From, promise.From.Previous, EntryIndex.Zero);
        }

        // Only what was told without a gap counts.
        bool isNext = promise.From >= told.From && promise.From.Previous <= told.Through;
        _told[from] = (told.From, isNext ? EntryIndex.Max(told.Through, promise.Through) : told.Through, EntryIndex.Max(told.Committed, promise.Committed));
        SpanReader entries = promise.Entries;
        while (EntryCodec.TryRead(ref entries, out EntryView entry))
        {
            if (!_entries.TryGetValue(entry.Header.Index, out List<EntryHeader>? headers))
            {
                headers = [];
                _entries.Add(entry.Header.Index, headers);
            }

            headers.Add(entry.Header);
        }
    }

    /// <summary>What was told of a slot.</summary>
    public IReadOnlyList<EntryHeader> Of(EntryIndex slot) => _entries.GetValueOrDefault(slot) ?? [];

    /// <summary>How many voters told of a slot, the proposer among them.</summary>
    public int HowManyTold(EntryIndex slot, Membership membership, ReplicaId proposer)
    {
        int count = membership.IsVoter(proposer) ? 1 : 0;
        foreach ((ReplicaId replica, (EntryIndex From, EntryIndex Through, EntryIndex Committed) told) in _told)
        {
            bool isTold = told.From <= slot && told.Through >= slot && told.Committed < slot;
            count += isTold && replica != proposer && membership.IsVoter(replica) ? 1 : 0;
        }

        return count;
    }
}
