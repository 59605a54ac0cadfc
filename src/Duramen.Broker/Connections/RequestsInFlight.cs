using System.Threading.Tasks.Sources;

namespace Duramen.Broker.Connections;

/// <summary>
/// The requests of one connection that are started and not answered. The reading side adds and waits, one wait at a time; the writing side removes.
/// Allocates nothing after it was made.
/// </summary>
internal sealed class RequestsInFlight : IValueTaskSource
{
    private readonly Lock _gate = new();
    private ManualResetValueTaskSourceCore<bool> _source = new() { RunContinuationsAsynchronously = true };
    private int _count;
    private long _bytes;
    private int _maxCount;
    private long _maxBytes;
    private bool _isWaiting;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _count;
            }
        }
    }

    public void Add(int sizeBytes)
    {
        lock (_gate)
        {
            _count++;
            _bytes += sizeBytes;
        }
    }

    public void Remove(int sizeBytes)
    {
        lock (_gate)
        {
            _count--;
            _bytes -= sizeBytes;
            if (!_isWaiting || !IsWithin())
            {
                return;
            }

            _isWaiting = false;
        }

        _source.SetResult(true);
    }

    /// <summary>Completes when no more than a number of requests are under way and they hold no more than a number of bytes, or none is.</summary>
    public ValueTask WaitForAsync(int maxCount, long maxBytes)
    {
        lock (_gate)
        {
            _maxCount = maxCount;
            _maxBytes = maxBytes;
            if (IsWithin())
            {
                return ValueTask.CompletedTask;
            }

            _source.Reset();
            _isWaiting = true;
            return new ValueTask(this, _source.Version);
        }
    }

    void IValueTaskSource.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private bool IsWithin() => _count == 0 || (_count <= _maxCount && _bytes <= _maxBytes);
}
