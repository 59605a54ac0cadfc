namespace Duramen.State.Tests.Machines;

/// <summary>A clock that goes when it is told to, and calls the timers that are due then, in order, on the caller's thread.</summary>
internal sealed class ManualTime : TimeProvider
{
    public const long StartMs = 1_700_000_000_000;

    private readonly List<ManualTimer> _timers = [];
    private long _elapsedMs;
    private long _wallStepMs;

    public override long TimestampFrequency => 1000;

    /// <summary>The number of times that a timer was made or set.</summary>
    public int TimerChanges { get; private set; }

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(StartMs + _elapsedMs + _wallStepMs);

    public override long GetTimestamp() => _elapsedMs;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        _timers.Add(timer);
        return timer;
    }

    /// <summary>Sets the wall clock as an administrator does; the monotonic clock does not notice.</summary>
    public void StepWallClock(long byMs) => _wallStepMs += byMs;

    public void Advance(long byMs)
    {
        _elapsedMs += byMs;
        foreach (ManualTimer timer in _timers.Where(timer => timer.DueMs <= _elapsedMs).OrderBy(timer => timer.DueMs).ToArray())
        {
            timer.DueMs = null;
            timer.Call();
        }
    }

    private sealed class ManualTimer(ManualTime time, Action call) : ITimer
    {
        public Action Call { get; } = call;

        public long? DueMs { get; set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            time.TimerChanges++;
            DueMs = dueTime == Timeout.InfiniteTimeSpan ? null : time._elapsedMs + (long)dueTime.TotalMilliseconds;
            return true;
        }

        public void Dispose() => time._timers.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
