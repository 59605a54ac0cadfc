using System.Runtime.CompilerServices;
using Duramen.Core.Ids;

namespace Duramen.Log;

/// <summary>Following a log as it grows, built from reading and waiting, and so the same for every kind of log.</summary>
public static class LogSubscription
{
    /// <summary>
    /// Returns every committed batch from <paramref name="from"/> on, and when the end is reached waits for more, without polling, until it is
    /// cancelled. Each slice belongs to the caller, who disposes it.
    /// </summary>
    /// <exception cref="LogException">
    /// As <see cref="ILog.ReadAsync"/>; <see cref="LogErrors.OffsetOutOfRange"/> also when the log is trimmed beyond what was returned so far.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, which is how following ends.</exception>
    public static async IAsyncEnumerable<LogSlice> SubscribeAsync(
        this ILog log,
        Offset from,
        ReadLimits? limits = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(log);
        Offset next = from;
        while (true)
        {
            LogSlice slice = await log.ReadAsync(next, limits ?? ReadLimits.Default, cancellationToken).ConfigureAwait(false);
            next = slice.NextOffset;
            if (slice.Batches.IsEmpty)
            {
                slice.Dispose();
                await log.WaitForCommittedAsync(next, cancellationToken).ConfigureAwait(false);
                continue;
            }

            yield return slice;
        }
    }
}
