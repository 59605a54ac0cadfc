using Duramen.Core.Ids;
using Duramen.State.Store.Recent;
using Duramen.State.Store.Runs;

namespace Duramen.State.Store.Disk;

/// <summary>
/// What a store consists of at a moment: tables in memory and runs, all of them newest first. Never changes; counted, and with it everything in it, so that
/// a reader keeps what it reads while the store goes on.
/// </summary>
internal sealed class StoreView
{
    /// <summary>Takes a reference to everything.</summary>
    public StoreView(IReadOnlyList<RecentTable> recent, IReadOnlyList<Run> runs, Offset horizon)
    {
        References = new References(Free);
        Recent = [.. recent];
        Runs = [.. runs];
        Horizon = horizon;
        foreach (RecentTable table in Recent)
        {
            table.References.TryAcquire();
        }

        foreach (Run run in Runs)
        {
            run.References.TryAcquire();
        }
    }

    public RecentTable[] Recent { get; }

    public Run[] Runs { get; }

    public Offset Horizon { get; }

    public References References { get; }

    private void Free()
    {
        foreach (RecentTable table in Recent)
        {
            table.References.Release();
        }

        foreach (Run run in Runs)
        {
            run.References.Release();
        }
    }
}
