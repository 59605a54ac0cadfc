using Duramen.Records.Batches;
using Duramen.Records.Compression;

namespace Duramen.Client.Producers;

/// <summary>How a producer gathers and sends records.</summary>
public sealed record ProducerOptions
{
    /// <summary>Whose writes to wait for; all by default.</summary>
    public RequiredAcks Acks { get; init; } = RequiredAcks.All;

    /// <summary>
    /// Whether brokers recognise batches that come again, so that there is neither a duplicate nor a gap within the producer's life; true by default.
    /// Needs <see cref="RequiredAcks.All"/>. Without it one batch of a partition is under way at a time, which keeps the order.
    /// </summary>
    public bool IsIdempotent { get; init; } = true;

    /// <summary>How batches are compressed; not at all by default.</summary>
    public CompressionCodec Compression { get; init; }

    /// <summary>How long a batch that is not full waits for more records, in milliseconds; 0 by default: no longer than the batches before it take.</summary>
    public int LingerMs { get; init; }

    /// <summary>The size at which a batch is full, before compression, in bytes; 64 KiB by default. A larger record is a batch of its own.</summary>
    public int BatchSizeBytes { get; init; } = 64 << 10;

    /// <summary>The largest request and record, in bytes; 1 MiB by default, which is what brokers take by default.</summary>
    public int MaxRequestSizeBytes { get; init; } = 1 << 20;

    /// <summary>The most bytes of records that wait for their acknowledgement; 32 MiB by default. Whoever produces more waits.</summary>
    public long BufferBytes { get; init; } = 32 << 20;

    /// <summary>How long after it was taken a record may be acknowledged, in milliseconds; 2 minutes by default.</summary>
    public int DeliveryTimeoutMs { get; init; } = 120_000;

    /// <summary>The requests under way to one broker at once; 5 by default.</summary>
    public int MaxRequestsInFlight { get; init; } = ClientLimits.MaxBatchesInFlight;

    internal void Check()
    {
        if (IsIdempotent && Acks != RequiredAcks.All)
        {
            throw Invalid($"{nameof(IsIdempotent)} needs {nameof(Acks)} to be {nameof(RequiredAcks.All)}");
        }

        if (LingerMs < 0 || DeliveryTimeoutMs <= 0 || BufferBytes <= 0)
        {
            throw Invalid($"{nameof(LingerMs)} must be 0 or more, {nameof(DeliveryTimeoutMs)} and {nameof(BufferBytes)} more than 0");
        }

        if (BatchSizeBytes < RecordBatchLayout.HeaderSizeBytes || MaxRequestSizeBytes < BatchSizeBytes || MaxRequestSizeBytes > RecordLimits.MaxBatchSizeBytes)
        {
            throw Invalid(FormattableString.Invariant(
                $"{nameof(BatchSizeBytes)} must be {RecordBatchLayout.HeaderSizeBytes} or more and at most {nameof(MaxRequestSizeBytes)}, and that at most {RecordLimits.MaxBatchSizeBytes}"));
        }

        if (MaxRequestsInFlight < 1)
        {
            throw Invalid($"{nameof(MaxRequestsInFlight)} must be 1 or more");
        }
    }

    private static ClientException Invalid(string message) => new(ClientErrors.InvalidOption, $"The options of a producer contradict themselves: {message}.");
}
