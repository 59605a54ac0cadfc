namespace Duramen.Storage.Maintenance;

/// <summary>Holds background work to so many bytes a second, and lets it be stopped in between. One owner, one thread.</summary>
internal sealed class RateLimit(long bytesPerSecond, TimeProvider time, CancellationToken cancellation)
{
    // Pausing more often than this costs more than it smooths; a slow limit pauses twenty times a second.
    private const int StepMaxBytes = 1 << 20;

    private readonly long _stepBytes = Math.Clamp(bytesPerSecond / 20, 1, StepMaxBytes);
    private long _stepStart = time.GetTimestamp();
    private long _unpaidBytes;

    /// <summary>All bytes so far.</summary>
    public long TotalBytes { get; private set; }

    /// <summary>Accounts for bytes, and waits while there were too many lately.</summary>
    /// <exception cref="OperationCanceledException">The work is to end.</exception>
    public void Spend(int bytes)
    {
        TotalBytes += bytes;
        _unpaidBytes += bytes;
        if (_unpaidBytes < _stepBytes)
        {
            return;
        }

        cancellation.ThrowIfCancellationRequested();
        if (bytesPerSecond < long.MaxValue)
        {
            TimeSpan due = TimeSpan.FromSeconds((double)_unpaidBytes / bytesPerSecond) - time.GetElapsedTime(_stepStart);
            if (due > TimeSpan.Zero)
            {
                Task.Delay(due, time, cancellation).GetAwaiter().GetResult();
            }

            _stepStart = time.GetTimestamp();
        }

        _unpaidBytes = 0;
    }
}
