using Duramen.Consensus.Contract;
using Duramen.Consensus.Mutants;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Paxos.Slots;

/// <summary>What acceptors told with their promises: for each slot the entry that was accepted in the highest ballot (phase 1). Lives from the first promise to the end of the reign.</summary>
internal sealed class Reports
{
    private readonly SortedDictionary<EntryIndex, (EntryHeader Header, byte[] Payload)> _best = [];

    /// <summary>The last slot that was ever told of; zero for none.</summary>
    public EntryIndex Last { get; private set; }

    public void Clear()
    {
        _best.Clear();
        Last = EntryIndex.Zero;
    }

    /// <summary>Takes in what one acceptor accepted.</summary>
    public void Add(in EntryView entry)
    {
        EntryHeader header = entry.Header;
        bool isFirst = !_best.TryGetValue(header.Index, out (EntryHeader Header, byte[] Payload) best);
        bool isBetter = isFirst || header.AcceptedIn > best.Header.AcceptedIn;
        Mutant.Weaken("P02", ref isBetter, isFirst);
        if (isBetter)
        {
            _best[header.Index] = (header, entry.Payload.ToArray());
            Last = EntryIndex.Max(Last, header.Index);
        }
    }

    /// <summary>Takes out what was told of a slot; false when nobody accepted anything there.</summary>
    public bool Take(EntryIndex index, out EntryView entry)
    {
        bool isThere = _best.Remove(index, out (EntryHeader Header, byte[] Payload) best);
        entry = new EntryView(best.Header, best.Payload);
        return isThere;
    }
}
