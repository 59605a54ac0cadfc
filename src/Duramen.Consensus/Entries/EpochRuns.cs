using System.Runtime.InteropServices;
using Duramen.Core.Errors;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Entries;

/// <summary>
/// The epoch of every entry of a log, kept as runs of equal ones: a log of a billion entries made by ten leaders takes ten runs. So comparing two
/// logs never reads the disk.
/// </summary>
internal sealed class EpochRuns
{
    private readonly List<(EntryIndex From, Epoch Epoch)> _runs = [];

    /// <summary>How many runs there are.</summary>
    public int Count => _runs.Count;

    /// <summary>Notes the epoch of the entry after the last one.</summary>
    public void Append(EntryIndex index, Epoch epoch)
    {
        if (_runs.Count == 0 || _runs[^1].Epoch != epoch)
        {
            Invariant.Holds(_runs.Count == 0 || _runs[^1].From < index);
            _runs.Add((index, epoch));
        }
    }

    /// <summary>Forgets all before an index, which is kept with everything behind it.</summary>
    public void TrimBefore(EntryIndex index)
    {
        int run = Find(index);
        if (run >= 0)
        {
            _runs.RemoveRange(0, run);
            CollectionsMarshal.AsSpan(_runs)[0].From = index;
        }
    }

    /// <summary>Forgets an index and everything behind it.</summary>
    public void TruncateFrom(EntryIndex index)
    {
        while (_runs.Count > 0 && _runs[^1].From >= index)
        {
            _runs.RemoveAt(_runs.Count - 1);
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear() => _runs.Clear();

    /// <summary>The epoch of an entry, which must be one of those noted.</summary>
    public Epoch At(EntryIndex index) => _runs[Find(index)].Epoch;

    /// <summary>The first entry of the run that an entry belongs to.</summary>
    public EntryIndex StartOfRun(EntryIndex index) => _runs[Find(index)].From;

    // Most questions are about the newest run, so the search begins at the end.
    private int Find(EntryIndex index)
    {
        int run = _runs.Count - 1;
        while (run >= 0 && _runs[run].From > index)
        {
            run--;
        }

        return run;
    }
}
