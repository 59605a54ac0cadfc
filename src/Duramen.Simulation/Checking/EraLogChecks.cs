using Duramen.Consensus.Contract;
using Duramen.Consensus.Entries;
using Duramen.Consensus.Memberships;
using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Duramen.Simulation.Nodes;

namespace Duramen.Simulation.Checking;

/// <summary>What is true of the logs in every protocol with eras: entries of one place and epoch are the same everywhere, epochs do not go back, a change of the members ends its era, and nothing committed is cut off.</summary>
/// <param name="checks">Those of the group.</param>
/// <param name="rules">What the protocol calls them.</param>
internal sealed class EraLogChecks(GroupChecks checks, EraLogRules rules)
{
    private readonly Dictionary<(long Index, long Epoch), (ulong Digest, long PreviousEpoch)> _entries = [];

    /// <summary>The epoch of an entry, or of the snapshot that ends there; null when the replica has neither.</summary>
    public static Epoch? EpochAt(IReplicaProbe probe, EntryIndex index) =>
        probe.TryReadEntry(index, out EntryView entry) ? entry.Header.Epoch : index == probe.Snapshot.Index ? probe.Snapshot.Epoch : null;

    /// <summary>Looks at what a replica writes.</summary>
    public void CheckPersist(SimulatedNode node, IReplicaProbe probe, in PersistEffect persist)
    {
        var reader = new SpanReader(persist.Entries);
        EntryIndex last = EntryIndex.Zero;
        while (!reader.IsAtEnd)
        {
            if (!EntryCodec.TryRead(ref reader, out EntryView entry))
            {
                throw new ViolationException("C11", $"{node.ReplicaId} persists what is no entry");
            }

            last = entry.Header.Index;
            CheckEntry(node, probe, entry);
        }

        if (persist.TruncateFrom > EntryIndex.Zero && persist.Snapshot is null)
        {
            CheckTruncation(node, probe, persist.TruncateFrom, last);
        }
    }

    private void CheckEntry(SimulatedNode node, IReplicaProbe probe, in EntryView entry)
    {
        Epoch? previous = EpochAt(probe, entry.Header.Index.Previous);
        if (entry.Header.Epoch < previous)
        {
            throw new ViolationException(rules.Order, $"{node.ReplicaId} has entry {entry.Header} behind one of {EraNumber.ToText(previous.Value)}");
        }

        if (entry.Header.Kind == EntryKind.Configuration && previous is Epoch before && EraNumber.Of(entry.Header.Epoch) != EraNumber.Of(before) + 1)
        {
            throw new ViolationException(rules.EraEnd, $"{node.ReplicaId} has entry {entry.Header} behind one of {EraNumber.ToText(before)}: it does not end the era that it stands in");
        }

        (long, long) key = (entry.Header.Index.Value, entry.Header.Epoch.Number);
        (ulong Digest, long PreviousEpoch) value = (Ledger.DigestOf(entry), previous?.Number ?? -1);
        if (!_entries.TryAdd(key, value) && _entries[key] != value)
        {
            throw new ViolationException(rules.Matching, $"{node.ReplicaId} has another entry {entry.Header}, or another before it, than somebody else");
        }
    }

    private void CheckTruncation(SimulatedNode node, IReplicaProbe probe, EntryIndex from, EntryIndex rewritten)
    {
        if (from <= checks.CommittedBefore(node))
        {
            throw new ViolationException(rules.Cut, $"{node.ReplicaId} cuts its log from {from}, which it knows to be committed");
        }

        for (EntryIndex index = from; index <= EntryIndex.Min(checks.Ledger.Last, node.Disk.Image.Last); index = index.Next)
        {
            bool isCommitted = node.Disk.Image.ReadHeader(index).Epoch == checks.Ledger.At(index).Epoch;
            if (isCommitted && (index > rewritten || EpochAt(probe, index) != checks.Ledger.At(index).Epoch))
            {
                throw new ViolationException(rules.Cut, $"{node.ReplicaId} discards entry {index}, which is committed, before it has it again");
            }
        }
    }
}
