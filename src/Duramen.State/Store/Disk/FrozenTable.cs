using Duramen.State.Store.Recent;

namespace Duramen.State.Store.Disk;

/// <summary>A table that is full, and on its way to the disk.</summary>
internal sealed record FrozenTable(RecentTable Table, FoldedState State)
{
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the table is durable, or never will be.</summary>
    public Task Left => _left.Task;

    public void Leave() => _left.TrySetResult();
}
