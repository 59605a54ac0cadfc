namespace Duramen.State.Entities.Appending;

/// <summary>
/// Answers the callers of a group on the thread pool, many in one work item: handing each to the pool by itself costs more than all else that is done for a small append.
/// An answer runs the caller's own code, which may block; so there is always another work item queued that goes on with the rest.
/// </summary>
internal sealed class GroupAnswers(AppendGroup group, Action<AppendGroup> onAnswered) : IThreadPoolWorkItem
{
    // A work item may come when all is done and the group is used again.
    private readonly int _count = group.Appends.Count;
    private int _next = -1;
    private int _left;
    private int _isSpareQueued;

    /// <summary>Begins to answer; afterwards the group goes back.</summary>
    public void Start()
    {
        _left = _count;
        QueueSpare();
    }

    void IThreadPoolWorkItem.Execute()
    {
        Volatile.Write(ref _isSpareQueued, 0);
        int index;
        while ((index = Interlocked.Increment(ref _next)) < _count)
        {
            if (index + 1 < _count)
            {
                QueueSpare();
            }

            group.Appends[index].AnswerHere();
            if (Interlocked.Decrement(ref _left) == 0)
            {
                onAnswered(group);
                return;
            }
        }
    }

    private void QueueSpare()
    {
        if (Interlocked.Exchange(ref _isSpareQueued, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }
}
