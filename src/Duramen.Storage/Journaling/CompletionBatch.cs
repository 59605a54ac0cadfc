namespace Duramen.Storage.Journaling;

/// <summary>
/// Answers the callers of a group on the thread pool. One work item carries many answers, because handing each to the pool by itself
/// costs more than all else that is done for a small append.
/// <para>
/// An answer runs the caller's own code, and that may block, even on another answer of the same group. So whoever runs answers has first seen to it
/// that another work item is queued that goes on with the rest.
/// </para>
/// </summary>
internal sealed class CompletionBatch : IThreadPoolWorkItem
{
    private readonly CompletionBatchPool _pool;
    private readonly List<JournalOperation> _operations = [];
    private int _next;
    private int _references;
    private int _isSpareQueued;

    public CompletionBatch(CompletionBatchPool pool) => _pool = pool;

    /// <summary>Takes operations over and answers them; the batch goes back to its pool when all are answered.</summary>
    public void Start(List<JournalOperation> operations)
    {
        _operations.AddRange(operations);
        _next = -1;
        _references = 1;
        _isSpareQueued = 1;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute()
    {
        Volatile.Write(ref _isSpareQueued, 0);
        int index;
        while ((index = Interlocked.Increment(ref _next)) < _operations.Count)
        {
            if (index + 1 < _operations.Count && Interlocked.Exchange(ref _isSpareQueued, 1) == 0)
            {
                Interlocked.Increment(ref _references);
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            }

            _operations[index].Complete();
        }

        if (Interlocked.Decrement(ref _references) == 0)
        {
            _operations.Clear();
            _pool.Return(this);
        }
    }
}
