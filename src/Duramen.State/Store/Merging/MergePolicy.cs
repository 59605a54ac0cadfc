using Duramen.Core.Ids;
using Duramen.State.Store.Runs;

namespace Duramen.State.Store.Merging;

/// <summary>
/// Chooses the runs that are merged next. They always follow each other in time, so that the ranges of offsets of all runs stay apart: a read as of an offset goes from the newest run
/// that began before it to older ones, and stops at the first that has the key.
/// </summary>
internal static class MergePolicy
{
    /// <summary>The runs to merge, from oldest to newest; an empty range when there is nothing to do.</summary>
    /// <param name="runs">All runs, oldest first. Levels do not rise along them.</param>
    /// <param name="horizon">What was given up.</param>
    public static MergeChoice Choose(IReadOnlyList<RunState> runs, Offset horizon)
    {
        MergeChoice below = ChooseBelow(runs, horizon);
        return below.Count > 0 ? below : ChooseLevel(runs);
    }

    /// <summary>As many runs of one level as are merged at once, from the newest level on.</summary>
    private static MergeChoice ChooseLevel(IReadOnlyList<RunState> runs)
    {
        int end = runs.Count;
        while (end > 0)
        {
            int start = end - 1;
            while (start > 0 && runs[start - 1].Level == runs[end - 1].Level)
            {
                start--;
            }

            if (end - start >= StoreLimits.RunsPerLevel)
            {
                return new MergeChoice(start, end - start, runs[start].Level + 1);
            }

            end = start;
        }

        return default;
    }

    /// <summary>
    /// Of runs that are below the horizon as a whole, one version of each key is seen. They are merged when the later ones are half as large as the first, so that the disk holds twice what
    /// is seen, about, and each merge is paid for by what was written since the last one.
    /// </summary>
    private static MergeChoice ChooseBelow(IReadOnlyList<RunState> runs, Offset horizon)
    {
        int count = 0;
        int level = 0;
        long laterBytes = 0;
        while (count < runs.Count && runs[count].To <= horizon)
        {
            laterBytes += count == 0 ? 0 : runs[count].SizeBytes;
            level = Math.Max(level, runs[count].Level);
            count++;
        }

        return count > 1 && laterBytes >= runs[0].SizeBytes / 2 ? new MergeChoice(0, count, level) : default;
    }
}
