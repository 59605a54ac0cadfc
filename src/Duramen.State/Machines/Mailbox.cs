using System.Diagnostics.CodeAnalysis;

namespace Duramen.State.Machines;

/// <summary>
/// Handles items one at a time in the order in which they were posted, without a thread of its own and without making anyone wait: whoever posts to
/// an idle mailbox handles items until it is empty again, everyone else leaves theirs there.
/// </summary>
/// <param name="handle">What is done with an item; never throws.</param>
/// <param name="rest">What is done when all that were there are handled, or a good many of them, before the next; never throws.</param>
internal sealed class Mailbox<TItem>(Action<TItem> handle, Action rest) : IThreadPoolWorkItem
{
    // Whoever came first works for others too; after this many items the thread pool takes over, so that it gets back to its own work.
    private const int MaxItemsPerVisit = 64;

    private readonly Lock _gate = new();
    private readonly Queue<TItem> _items = new();
    private bool _isBusy;

    public void Post(TItem item)
    {
        lock (_gate)
        {
            _items.Enqueue(item);
            if (_isBusy)
            {
                return;
            }

            _isBusy = true;
        }

        Execute();
    }

    public void Execute()
    {
        for (int count = 0; count < MaxItemsPerVisit;)
        {
            int before = count;
            while (count < MaxItemsPerVisit && TryTake(isLast: count == before, out TItem? item))
            {
                handle(item);
                count++;
            }

            if (count == before)
            {
                return;
            }

            rest();
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Takes the next item. Where there is none the mailbox is idle from then on, if nothing was handled since the last rest.</summary>
    private bool TryTake(bool isLast, [MaybeNullWhen(false)] out TItem item)
    {
        lock (_gate)
        {
            bool isTaken = _items.TryDequeue(out item);
            _isBusy = isTaken || !isLast;
            return isTaken;
        }
    }
}
