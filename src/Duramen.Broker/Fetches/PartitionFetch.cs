using Duramen.Broker.Connections;
using Duramen.Broker.Partitions;
using Duramen.Core.Ids;
using Duramen.Kafka;
using Duramen.Log;
using Duramen.Records.Batches;

namespace Duramen.Broker.Fetches;

/// <summary>
/// One partition's part in one fetch: where it reads, how much it may return, and what it has so far. It owns the slices that it read until they
/// are taken or it is disposed. One owner, one thread at a time.
/// </summary>
internal sealed class PartitionFetch(Partition? partition, Offset from, int maxBytes, AnswerBudget answers, KafkaError error = KafkaError.None) : IDisposable
{
    // More rounds than that over empty batches only happen in a log that compaction emptied; the reader comes back and goes on from there.
    private const int MaxEmptyReads = 64;

    private readonly List<LogSlice> _slices = [];

    public Partition? Partition => partition;

    public KafkaError Error { get; private set; } = error;

    /// <summary>The log's watermarks when it was last read.</summary>
    public LogWatermarks Watermarks { get; private set; }

    /// <summary>The bytes of the batches that were read.</summary>
    public int SizeBytes { get; private set; }

    /// <summary>Where reading goes on.</summary>
    public Offset Next { get; private set; } = from;

    /// <summary>Whether there is more to read that its limits do not let through.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Whether the partition had no more than was read when it was last read.</summary>
    public bool HasEnded => partition is not null && Error == KafkaError.None && !IsCutShort && !IsFull && Next >= Watermarks.Committed;

    /// <summary>Whether there is more to read now that would be let through.</summary>
    public bool CanReadOn => partition is not null && Error == KafkaError.None && !IsCutShort && !IsFull && Next < Watermarks.Committed;

    public IReadOnlyList<LogSlice> Slices => _slices;

    /// <summary>
    /// Reads on from where it is. Whole batches only, and never only empty ones, which some clients do not get past.
    /// </summary>
    /// <param name="budgetBytes">The bytes that the whole response has left.</param>
    /// <param name="isFirst">Whether nothing was read in the response so far, so that the first batch is returned however large it is (KIP-74).</param>
    /// <param name="cancellationToken">Ends it between two reads.</param>
    public async ValueTask ReadAsync(int budgetBytes, bool isFirst, CancellationToken cancellationToken)
    {
        if (Error != KafkaError.None || IsCutShort || partition is null)
        {
            return;
        }

        Watermarks = partition.Log.Watermarks;
        if (Next < Watermarks.Start || Next > Watermarks.End)
        {
            Error = KafkaError.OffsetOutOfRange;
            return;
        }

        if (Next >= Watermarks.Committed)
        {
            return;
        }

        int wantedBytes = Math.Max(0, Math.Min(budgetBytes, maxBytes - SizeBytes));
        if (wantedBytes == 0 && !isFirst)
        {
            IsFull = true;
            return;
        }

        try
        {
            for (int reads = 0; reads < MaxEmptyReads; reads++)
            {
                LogSlice slice = await partition.Log.ReadAsync(Next, new ReadLimits(wantedBytes), cancellationToken).ConfigureAwait(false);
                bool isEmpty = slice.Batches.IsEmpty;
                if (isEmpty || HoldsNoRecord(slice.Batches.Span))
                {
                    Next = slice.NextOffset;
                    slice.Dispose();
                    if (isEmpty)
                    {
                        return;
                    }

                    continue;
                }

                if (slice.Batches.Length > wantedBytes && !isFirst)
                {
                    // The log returns its first batch whole; here it would be one too many.
                    slice.Dispose();
                    IsFull = true;
                    return;
                }

                Next = slice.NextOffset;
                SizeBytes += slice.Batches.Length;
                answers.Hold(slice.Batches.Length);
                _slices.Add(slice);
                return;
            }
        }
        catch (LogException exception)
        {
            Error = LogFailures.OfRead(exception);
        }
    }

    /// <summary>Whether nothing more comes, and what was read is to be returned; the error comes with the next fetch.</summary>
    public bool IsCutShort { get; private set; }

    /// <summary>Ends the partition's part, with an error unless something was read before.</summary>
    public void Fail(KafkaError error)
    {
        IsCutShort = true;
        Error = SizeBytes > 0 ? Error : error;
    }

    public void Dispose()
    {
        foreach (LogSlice slice in _slices)
        {
            answers.Release(slice.Batches.Length);
            slice.Dispose();
        }

        _slices.Clear();
    }

    private static bool HoldsNoRecord(ReadOnlySpan<byte> batches)
    {
        while (RecordBatchView.TryRead(batches, out RecordBatchView batch))
        {
            if (batch.RecordCount > 0)
            {
                return false;
            }

            batches = batches[batch.SizeBytes..];
        }

        return true;
    }
}
