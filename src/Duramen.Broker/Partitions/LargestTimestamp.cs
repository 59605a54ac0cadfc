using Duramen.Log;

namespace Duramen.Broker.Partitions;

/// <summary>
/// Finds the first record with the largest timestamp of a log (KIP-734). A log can say where the first record at or after a time is; so the largest time is
/// where that search ends, and the search for it takes as many steps as a time has bits.
/// </summary>
internal static class LargestTimestamp
{
    /// <summary>The record; null when the log holds none.</summary>
    public static async ValueTask<TimestampMatch?> FindAsync(ILog log, CancellationToken cancellationToken)
    {
        TimestampMatch? best = await log.FindTimestampAsync(0, cancellationToken).ConfigureAwait(false);
        if (best is null)
        {
            return null;
        }

        // What is found is at or above what was searched for, and nothing is at or above absent.
        long absent = long.MaxValue;
        while (best.Value.TimestampMs + 1 < absent)
        {
            long low = best.Value.TimestampMs + 1;
            long wanted = low + ((absent - low) / 2);
            TimestampMatch? found = await log.FindTimestampAsync(wanted, cancellationToken).ConfigureAwait(false);
            if (found is null)
            {
                absent = wanted;
            }
            else
            {
                best = found;
            }
        }

        return best;
    }
}
