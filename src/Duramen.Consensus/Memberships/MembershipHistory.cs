using Duramen.Core.Errors;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Memberships;

/// <summary>Which membership was in force from which entry on, as far back as the log reaches. Truncating the log takes memberships back.</summary>
internal sealed class MembershipHistory
{
    private readonly List<(EntryIndex From, Membership Membership)> _changes = [];

    /// <summary>Starts with the membership of the snapshot.</summary>
    public MembershipHistory(EntryIndex snapshotIndex, Membership membership) => Reset(snapshotIndex, membership);

    /// <summary>The newest membership, committed or not.</summary>
    public Membership Latest => _changes[^1].Membership;

    /// <summary>The entry that brought it.</summary>
    public EntryIndex LatestIndex => _changes[^1].From;

    /// <summary>The membership in force as of an entry not older than the snapshot.</summary>
    public Membership At(EntryIndex index) => _changes[Find(index)].Membership;

    /// <summary>The entry that brought the membership in force as of an entry not older than the snapshot.</summary>
    public EntryIndex IndexAt(EntryIndex index) => _changes[Find(index)].From;

    /// <summary>The memberships that entries behind an entry brought, oldest first.</summary>
    public IEnumerable<(EntryIndex From, Membership Membership)> After(EntryIndex index) => _changes.Skip(Find(index) + 1);

    /// <summary>Notes a membership that an entry brings.</summary>
    public void Append(EntryIndex index, Membership membership)
    {
        Invariant.Holds(index > LatestIndex);
        _changes.Add((index, membership));
    }

    /// <summary>Takes back what an entry and those behind it brought; true when that changed the newest.</summary>
    public bool TruncateFrom(EntryIndex index)
    {
        int before = _changes.Count;
        while (_changes.Count > 1 && _changes[^1].From >= index)
        {
            _changes.RemoveAt(_changes.Count - 1);
        }

        return _changes.Count < before;
    }

    /// <summary>Forgets what was in force only before an entry.</summary>
    public void TrimTo(EntryIndex index)
    {
        while (_changes.Count > 1 && _changes[1].From <= index)
        {
            _changes.RemoveAt(0);
        }
    }

    /// <summary>Starts again with the membership of a snapshot.</summary>
    public void Reset(EntryIndex snapshotIndex, Membership membership)
    {
        _changes.Clear();
        _changes.Add((snapshotIndex, membership));
    }

    private int Find(EntryIndex index)
    {
        int change = _changes.Count - 1;
        while (change > 0 && _changes[change].From > index)
        {
            change--;
        }

        return change;
    }
}
