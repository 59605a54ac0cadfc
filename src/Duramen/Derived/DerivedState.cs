namespace Duramen.Derived;

/// <summary>A state that is open, or being opened or closed. What can be set belongs to the gate of its owner.</summary>
internal sealed class DerivedState(StateKey key, int partitionCount, long memoryBytes, Task<IAsyncDisposable> opening)
{
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public StateKey Key => key;

    /// <summary>The partitions that it is folded from; a topic that got more needs another state.</summary>
    public int PartitionCount => partitionCount;

    /// <summary>What it was given of the memory of all.</summary>
    public long MemoryBytes => memoryBytes;

    /// <summary>The state itself.</summary>
    public Task<IAsyncDisposable> Opening => opening;

    /// <summary>Those who use it now.</summary>
    public int Users { get; set; }

    /// <summary>When it was used last, as a time stamp of the owner's clock.</summary>
    public long UsedAt { get; set; }

    /// <summary>Whether nobody gets it any more; it is closed when its last user is gone.</summary>
    public bool IsRetired { get; set; }

    /// <summary>Whether closing it has begun.</summary>
    public bool IsClosing { get; set; }

    /// <summary>Ends when it is closed, and its memory and its folder are free.</summary>
    public Task Closed => _closed.Task;

    public void SetClosed() => _closed.TrySetResult();
}
