using Duramen.Core.Errors;
using Duramen.Log;
using Duramen.Records.Batches;

namespace Duramen.Health;

/// <summary>
/// Finds out whether the node can commit, by doing it: a record is appended to a log of its own and waited for. Those who ask at the same time, or within
/// a second, share one answer, so that nobody fills a disk by asking.
/// </summary>
internal sealed class Readiness(ILogStore store, TimeProvider time)
{
    /// <summary>The log that is written to. It keeps what fits its smallest segments.</summary>
    private const string LogName = "duramen.health";

    private const int SegmentSizeBytes = 64 << 10;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan GoodFor = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private Task<string?>? _asking;
    private long _askedAt;
    private volatile bool _isStopping;

    /// <summary>Says from now on that the node is stopping: whoever balances load is to send nobody any more.</summary>
    public void Stop() => _isStopping = true;

    /// <summary>What keeps the node from committing; null when it can.</summary>
    public async ValueTask<string?> FindFaultAsync(CancellationToken cancellationToken)
    {
        if (_isStopping)
        {
            return "the node is stopping";
        }

        Task<string?> asking;
        lock (_gate)
        {
            if (_asking is null || (_asking.IsCompleted && time.GetElapsedTime(_askedAt) > GoodFor))
            {
                _askedAt = time.GetTimestamp();
                _asking = CommitAsync();
            }

            asking = _asking;
        }

        return await asking.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<string?> CommitAsync()
    {
        try
        {
            ILog log = store.Find(LogName) ?? await store.CreateAsync(LogName, new LogOptions
            {
                Cleanup = CleanupPolicy.Delete,
                SegmentSizeBytes = SegmentSizeBytes,
                RetentionBytes = SegmentSizeBytes,
            }).ConfigureAwait(false);
            using var builder = new RecordBatchBuilder();
            builder.Append(time.GetUtcNow().ToUnixTimeMilliseconds(), default, "ready?"u8);
            Task<AppendResult> appending = log.AppendAsync(builder.Build()).AsTask();
            try
            {
                await appending.WaitAsync(Patience, time).ConfigureAwait(false);
                return null;
            }
            catch (TimeoutException)
            {
                // The batch is in use until the append ends; whoever asks next waits for it too.
                _ = await Task.WhenAny(appending).ConfigureAwait(false);
                return $"a record was not committed within {Patience.TotalSeconds} s";
            }
        }
        catch (DuramenException exception)
        {
            return exception.Message;
        }
    }
}
