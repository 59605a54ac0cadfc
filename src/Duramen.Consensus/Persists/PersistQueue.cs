using Duramen.Consensus.Contract;
using Duramen.Core.Errors;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Persists;

/// <summary>
/// The writes that are under way, and how far the log is synced. Each write claims that the log will be synced up to some index. A truncation
/// withdraws that claim for what it removes, from the writes under way too: an acknowledgement that arrives late says something about entries that
/// are no longer in the log, not about those that took their place.
/// </summary>
internal sealed class PersistQueue
{
    private readonly Queue<EntryIndex> _claims = new();

    /// <summary>Starts with a log that is synced as a whole.</summary>
    public PersistQueue(EntryIndex synced) => Synced = synced;

    /// <summary>Everything of the current log up to here is synced.</summary>
    public EntryIndex Synced { get; private set; }

    /// <summary>The newest write.</summary>
    public PersistId LastIssued { get; private set; }

    /// <summary>The newest write that is synced.</summary>
    public PersistId LastSynced { get; private set; }

    /// <summary>Numbers a write after which the log will be synced up to <paramref name="last"/>.</summary>
    public PersistId Issue(EntryIndex last)
    {
        LastIssued = new PersistId(LastIssued.Value + 1);
        _claims.Enqueue(last);
        return LastIssued;
    }

    /// <summary>Withdraws all claims on an entry and those behind it, which are being removed.</summary>
    public void Withdraw(EntryIndex from)
    {
        Synced = EntryIndex.Min(Synced, from.Previous);
        for (int i = _claims.Count; i > 0; i--)
        {
            _claims.Enqueue(EntryIndex.Min(_claims.Dequeue(), from.Previous));
        }
    }

    /// <summary>Takes in that a write and all before it are synced; true when more of the log is synced than before.</summary>
    public bool Complete(PersistId id)
    {
        Invariant.Holds(id <= LastIssued);
        EntryIndex before = Synced;
        for (; LastSynced < id; LastSynced = new PersistId(LastSynced.Value + 1))
        {
            Synced = EntryIndex.Max(Synced, _claims.Dequeue());
        }

        return Synced > before;
    }
}
