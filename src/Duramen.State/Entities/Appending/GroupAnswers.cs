namespace Duramen.State.Entities.Appending;

/// <summary>
/// Answers the callers of a group, one after the other on one thread: handing each to the pool by itself costs more than all else that is done for a small append. What they append in turn is then
/// there when the next group is submitted.
/// <para>
/// An answer runs the caller's own code, which may block; so there is always a work item queued that goes on with the rest. Whoever finds first that nothing is left goes on with the groups.
/// </para>
/// </summary>
/// <param name="group">The group; nobody adds to it any more.</param>
/// <param name="onAnswered">Told when the group can be used again.</param>
/// <param name="goOn">Goes on with the next group.</param>
internal sealed class GroupAnswers(AppendGroup group, Action<AppendGroup> onAnswered, Action goOn) : IThreadPoolWorkItem
{
    // A work item may come when all is done and the group is used again.
    private readonly int _count = group.Appends.Count;
    private int _next = -1;
    private int _left = group.Appends.Count;
    private int _isSpareQueued;

    /// <summary>Has the pool answer, and go on.</summary>
    public void Start() => QueueSpare();

    /// <summary>Answers here; false when somebody else found nothing left, and goes on.</summary>
    public bool Answer()
    {
        int index;
        while ((index = Interlocked.Increment(ref _next)) < _count)
        {
            QueueSpare();
            group.Appends[index].AnswerHere();
            if (Interlocked.Decrement(ref _left) == 0)
            {
                onAnswered(group);
            }
        }

        return index == _count;
    }

    void IThreadPoolWorkItem.Execute()
    {
        Volatile.Write(ref _isSpareQueued, 0);
        if (Answer())
        {
            goOn();
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
