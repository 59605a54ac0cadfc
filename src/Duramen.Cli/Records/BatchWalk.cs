using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.Records.Batches;

namespace Duramen.Cli.Records;

/// <summary>Walks the batches of a log from an offset on, as far as they are sound.</summary>
internal sealed class BatchWalk(ILog log, Offset from)
{
    /// <summary>What is done with each batch; false ends the walk.</summary>
    public delegate bool Visitor(RecordBatchView batch);

    private ReadLimits _limits = ReadLimits.Default;

    /// <summary>Where the walk goes on.</summary>
    public Offset Next { get; private set; } = from;

    /// <summary>
    /// Visits the batches up to the committed end. False when a visitor ended it. Where there is damage, every sound interval before it is visited first.
    /// </summary>
    /// <exception cref="LogException">The damage, once everything before it was visited.</exception>
    public async ValueTask<bool> RunAsync(Visitor visit, CancellationToken cancellationToken)
    {
        while (true)
        {
            LogSlice slice;
            try
            {
                slice = await log.ReadAsync(Next, _limits, cancellationToken).ConfigureAwait(false);
            }
            catch (LogException error) when (error.Code == LogErrors.Corrupt && _limits.MaxBytes > 1)
            {
                // A read verifies all it returns, so damage at its end hides what is sound before: go on in the smallest steps there are.
                _limits = new ReadLimits(1);
                continue;
            }

            using (slice)
            {
                if (slice.Batches.IsEmpty)
                {
                    return true;
                }

                if (!Visit(slice, visit))
                {
                    return false;
                }

                Next = slice.NextOffset;
            }
        }
    }

    private static bool Visit(LogSlice slice, Visitor visit)
    {
        ReadOnlySpan<byte> rest = slice.Batches.Span;
        while (RecordBatchView.TryRead(rest, out RecordBatchView batch))
        {
            if (!visit(batch))
            {
                return false;
            }

            rest = rest[batch.SizeBytes..];
        }

        return true;
    }
}
