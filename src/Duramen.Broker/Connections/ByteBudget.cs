namespace Duramen.Broker.Connections;

/// <summary>
/// The bytes of requests that a broker may hold at one time. Who asks for more waits, first come first served, without a thread. Safe to call from any thread.
/// </summary>
/// <param name="capacityBytes">The bytes there are. A request that is larger waits until it is alone.</param>
internal sealed class ByteBudget(long capacityBytes)
{
    private readonly Lock _gate = new();
    private readonly Queue<Waiter> _waiters = [];
    private long _usedBytes;

    public long UsedBytes => Volatile.Read(ref _usedBytes);

    /// <summary>Takes bytes; at once, without allocating, when they are there and nobody waits.</summary>
    public ValueTask AcquireAsync(int sizeBytes, CancellationToken cancellationToken)
    {
        Waiter waiter;
        lock (_gate)
        {
            if (_waiters.Count == 0 && Fits(sizeBytes))
            {
                _usedBytes += sizeBytes;
                return ValueTask.CompletedTask;
            }

            waiter = new Waiter(sizeBytes);
            _waiters.Enqueue(waiter);
        }

        return WaitAsync(waiter, cancellationToken);
    }

    public void Release(int sizeBytes)
    {
        lock (_gate)
        {
            _usedBytes -= sizeBytes;
            while (_waiters.TryPeek(out Waiter? next) && (next.Task.IsCompleted || Fits(next.SizeBytes)))
            {
                _waiters.Dequeue();
                if (next.TrySetResult())
                {
                    _usedBytes += next.SizeBytes;
                }
            }
        }
    }

    private static async ValueTask WaitAsync(Waiter waiter, CancellationToken cancellationToken)
    {
        // One that is cancelled stays in the queue and is skipped; it has taken nothing.
        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((Waiter)state!).TrySetCanceled(token), waiter);
        await waiter.Task.ConfigureAwait(false);
    }

    private bool Fits(int sizeBytes) => _usedBytes == 0 || _usedBytes + sizeBytes <= capacityBytes;

    private sealed class Waiter(int sizeBytes) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public int SizeBytes => sizeBytes;
    }
}
