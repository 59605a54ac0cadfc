using Duramen.Consensus.Contract;
using Duramen.Consensus.Entries;
using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Simulation.Checking;

/// <summary>What a replica was asked and has not answered. A proposal or a change is rejected in its step or gets one place in the log; a read may wait for as long as the replica leads.</summary>
internal sealed class OpenRequests
{
    private readonly List<long> _reads = [];
    private long? _asked;

    /// <summary>A new life was asked nothing.</summary>
    public void Clear()
    {
        _reads.Clear();
        _asked = null;
    }

    /// <summary>A proposal or a change is about to be handed over.</summary>
    public void Ask(long token) => _asked = token;

    /// <summary>A read is about to be handed over.</summary>
    public void AskRead(long token) => _reads.Add(token);

    // What is placed is in the log once, where it is said to be.
    private static bool HasOnePlace(in PlacedRequest placed, in PersistEffect persist)
    {
        int made = 0;
        bool isThere = false;
        var reader = new SpanReader(persist.Entries);
        while (!reader.IsAtEnd && EntryCodec.TryRead(ref reader, out EntryView entry))
        {
            made += entry.Header.Kind != EntryKind.Nothing && entry.Header.Index >= placed.Index ? 1 : 0;
            isThere |= entry.Header.Index == placed.Index && entry.Header.Epoch == placed.Epoch;
        }

        return isThere && made == 1;
    }

    /// <summary>Takes in a step's answers; returns the request that should have been among them, null when none is missing.</summary>
    public long? Missing(ReplicaOutbox outbox, bool leads)
    {
        foreach (PlacedRequest placed in outbox.Placed)
        {
            _asked = placed.Token.Value == _asked && HasOnePlace(placed, outbox.Persist) ? null : _asked;
        }

        foreach (RejectedRequest rejected in outbox.Rejected)
        {
            _asked = rejected.Token.Value == _asked ? null : _asked;
            _reads.Remove(rejected.Token.Value);
        }

        foreach (ReadyRead read in outbox.Reads)
        {
            _reads.Remove(read.Token.Value);
        }

        return _asked ?? (leads || _reads.Count == 0 ? null : _reads[0]);
    }
}
