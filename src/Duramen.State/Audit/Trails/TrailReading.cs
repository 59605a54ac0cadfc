using System.Runtime.CompilerServices;
using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.Records.Batches;

namespace Duramen.State.Audit.Trails;

/// <summary>Reads the batches of a log as a trail needs them.</summary>
internal static class TrailReading
{
    /// <summary>Reads the batches from an offset on, until one has begun behind an end or there are no more. Each slice is the caller's to dispose.</summary>
    public static async IAsyncEnumerable<LogSlice> ReadAsync(
        ILog log, Offset from, Offset end, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (Offset next = from; next < end;)
        {
            LogSlice slice = await ReadSoundAsync(log, next, cancellationToken).ConfigureAwait(false);
            next = slice.NextOffset;
            if (slice.Batches.IsEmpty)
            {
                // Compaction removed everything from here to the end.
                slice.Dispose();
                yield break;
            }

            yield return slice;
        }
    }

    /// <summary>Reads the batch that holds an offset, which is to be the one of a leaf.</summary>
    /// <exception cref="StateException">
    /// <see cref="StateErrors.AuditTrimmed"/>: it was trimmed. <see cref="StateErrors.AuditMismatch"/>: the log has another one, or none.
    /// </exception>
    public static async ValueTask<byte[]> ReadBatchAsync(ILog log, Offset offset, TrailLeaf leaf, CancellationToken cancellationToken)
    {
        LogWatermarks marks = log.Watermarks;
        if (offset < marks.Start)
        {
            throw AuditRefusals.Trimmed(log, offset, marks.Start);
        }

        if (offset >= marks.Committed)
        {
            throw AuditRefusals.HistoryLost(log, leaf.NextOffset, marks.Committed);
        }

        using LogSlice slice = await log.ReadAsync(offset, new ReadLimits(1), cancellationToken).ConfigureAwait(false);
        return RecordBatchView.TryRead(slice.Batches.Span, out RecordBatchView batch) && batch.BaseOffset == leaf.BaseOffset && batch.NextOffset == leaf.NextOffset
            ? batch.Bytes.ToArray()
            : throw AuditRefusals.Altered(log, leaf);
    }

    private static async ValueTask<LogSlice> ReadSoundAsync(ILog log, Offset from, CancellationToken cancellationToken)
    {
        try
        {
            return await log.ReadAsync(from, ReadLimits.Default, cancellationToken).ConfigureAwait(false);
        }
        catch (LogException error) when (error.Code == LogErrors.Corrupt)
        {
            // A read verifies all it returns: in the smallest steps everything that is sound before the damage is read too.
            return await log.ReadAsync(from, new ReadLimits(1), cancellationToken).ConfigureAwait(false);
        }
    }
}
