namespace Duramen.Client.Producers;

/// <summary>The bytes that may wait for acknowledgements. Whoever asks for more than are left waits, in order; one request alone is granted whatever its size.</summary>
internal sealed class ByteBudget(long maxBytes)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<(int SizeBytes, TaskCompletionSource Granted)> _waiting = new();
    private long _taken;

    /// <summary>Whether somebody waits.</summary>
    public bool IsWaitedFor
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count > 0;
            }
        }
    }

    public bool TryTake(int sizeBytes)
    {
        lock (_lock)
        {
            if (_waiting.Count > 0 || !Fits(sizeBytes))
            {
                return false;
            }

            _taken += sizeBytes;
            return true;
        }
    }

    public async ValueTask TakeAsync(int sizeBytes, CancellationToken cancellationToken)
    {
        LinkedListNode<(int SizeBytes, TaskCompletionSource Granted)> place;
        lock (_lock)
        {
            if (_waiting.Count == 0 && Fits(sizeBytes))
            {
                _taken += sizeBytes;
                return;
            }

            place = _waiting.AddLast((sizeBytes, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)));
        }

        Task granted = place.Value.Granted.Task;
        try
        {
            await granted.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            lock (_lock)
            {
                if (!granted.IsCompleted)
                {
                    _waiting.Remove(place);
                    Grant();
                    throw;
                }
            }

            // Granted in the same moment: what it got goes back.
            if (granted.IsCompletedSuccessfully)
            {
                Return(sizeBytes);
            }

            throw;
        }
    }

    public void Return(long sizeBytes)
    {
        lock (_lock)
        {
            _taken -= sizeBytes;
            Grant();
        }
    }

    private bool Fits(int sizeBytes) => _taken == 0 || _taken + sizeBytes <= maxBytes;

    private void Grant()
    {
        while (_waiting.First is { } first && Fits(first.Value.SizeBytes))
        {
            _waiting.RemoveFirst();
            _taken += first.Value.SizeBytes;
            first.Value.Granted.SetResult();
        }
    }
}
