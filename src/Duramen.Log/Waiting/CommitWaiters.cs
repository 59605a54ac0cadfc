using Duramen.Core.Ids;

namespace Duramen.Log.Waiting;

/// <summary>
/// Those who wait for a log's committed end to pass an offset. No thread is parked and nothing is polled: a waiter costs one entry, which is gone
/// as soon as it is completed, cancelled or failed. Continuations run on the thread pool, never inside the call that let them go.
/// All members are safe to call from any thread.
/// <para>
/// The log publishes its new watermark first and calls <see cref="Advance"/> afterwards, so that whoever is let go sees it.
/// </para>
/// </summary>
public sealed class CommitWaiters
{
    private readonly Lock _gate = new();
    private readonly SortedSet<Waiter> _waiters = new(Waiter.ByOffset);
    private Offset _committed;
    private long _lastTicket;
    private Func<LogException>? _failure;

    /// <summary>Begins with nobody waiting.</summary>
    /// <param name="committed">The committed end of the log now.</param>
    public CommitWaiters(Offset committed) => _committed = committed;

    /// <summary>How many wait at this moment.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _waiters.Count;
            }
        }
    }

    /// <summary>Completes when the committed end is above <paramref name="offset"/>; at once, without allocating, when it is already.</summary>
    /// <exception cref="LogException">What <see cref="Fail"/> gave, before or while waiting.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or while waiting.</exception>
    public ValueTask WaitAsync(Offset offset, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        Waiter waiter;
        lock (_gate)
        {
            if (_failure is not null)
            {
                return ValueTask.FromException(_failure());
            }

            if (offset < _committed)
            {
                return ValueTask.CompletedTask;
            }

            waiter = new Waiter(this, offset, ++_lastTicket);
            _waiters.Add(waiter);
        }

        return cancellationToken.CanBeCanceled ? WaitOrCancelAsync(waiter, cancellationToken) : new ValueTask(waiter.Task);
    }

    /// <summary>Lets everyone go who waits for an offset below <paramref name="committed"/>; going back does nothing. Allocates nothing.</summary>
    public void Advance(Offset committed)
    {
        Waiter? released = null;
        lock (_gate)
        {
            if (committed <= _committed)
            {
                return;
            }

            _committed = committed;
            while (_waiters.Min is Waiter first && first.Offset < committed)
            {
                _waiters.Remove(first);
                first.NextReleased = released;
                released = first;
            }
        }

        for (; released is not null; released = released.NextReleased)
        {
            released.TrySetResult();
        }
    }

    /// <summary>Fails everyone who waits now or later, each with an exception of its own; the first reason stays.</summary>
    public void Fail(Func<LogException> reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        Waiter[] failed;
        lock (_gate)
        {
            if (_failure is not null)
            {
                return;
            }

            _failure = reason;
            failed = [.. _waiters];
            _waiters.Clear();
        }

        foreach (Waiter waiter in failed)
        {
            waiter.TrySetException(reason());
        }
    }

    /// <summary>The registration is undone by the waiter itself, so that nobody who completes it can block on a cancellation under way.</summary>
    private static async ValueTask WaitOrCancelAsync(Waiter waiter, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((Waiter)state!).Cancel(token),
            waiter);
        await waiter.Task.ConfigureAwait(false);
    }

    private bool Withdraw(Waiter waiter)
    {
        lock (_gate)
        {
            return _waiters.Remove(waiter);
        }
    }

    private sealed class Waiter(CommitWaiters owner, Offset offset, long ticket)
        : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        /// <summary>Tickets tell apart those who wait for the same offset.</summary>
        public static readonly Comparer<Waiter> ByOffset = Comparer<Waiter>.Create(static (left, right) =>
        {
            int byOffset = left.Offset.CompareTo(right.Offset);
            return byOffset != 0 ? byOffset : left.Ticket.CompareTo(right.Ticket);
        });

        public Offset Offset { get; } = offset;

        /// <summary>Links those that one call lets go, so that letting go needs no list.</summary>
        public Waiter? NextReleased { get; set; }

        private long Ticket { get; } = ticket;

        public void Cancel(CancellationToken cancellationToken)
        {
            // Whoever took the waiter out of the set completes it; there is no second answer.
            if (owner.Withdraw(this))
            {
                TrySetCanceled(cancellationToken);
            }
        }
    }
}
