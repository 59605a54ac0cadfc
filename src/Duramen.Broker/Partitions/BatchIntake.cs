using Duramen.Broker.Requests;
using Duramen.Core.Binary;
using Duramen.Kafka;
using Duramen.Records.Batches;
using Duramen.Records.Compression;

namespace Duramen.Broker.Partitions;

/// <summary>
/// Looks at what a producer sent to a partition, in Kafka's order, and makes of it what the log is to get: the very bytes in the request's own
/// memory, but for topics that set timestamps or codecs themselves. Every record is looked at, compressed or not, because nobody could read on
/// past one that does not decode. One owner, one thread at a time.
/// </summary>
internal sealed class BatchIntake : IDisposable
{
    /// <summary>The first version of Produce whose clients may use Zstandard (KIP-110).</summary>
    private const short FirstVersionWithZstd = 7;

    private readonly RecordBatchDecoder _decoder = new();
    private readonly List<BatchFault> _recordFaults = [];

    /// <summary>Checks one batch.</summary>
    /// <param name="records">What was sent, in memory that may be changed until the append ends.</param>
    /// <param name="rules">What the topic asks.</param>
    /// <param name="version">The version of the request.</param>
    /// <param name="nowMs">The time now, in milliseconds since 1970.</param>
    /// <param name="batch">The batch to append, when there is no error.</param>
    /// <param name="verified">That its checksum is right, when the bytes are those that were sent.</param>
    /// <param name="replacement">The memory that the batch is in when it is not the request's own; the caller's to dispose after the append.</param>
    public PartitionError Check(
        Memory<byte> records, PartitionRules rules, short version, long nowMs, out Memory<byte> batch, out VerifiedBatch verified, out PooledBuffer? replacement)
    {
        batch = records;
        replacement = null;
        verified = default;
        if (records.IsEmpty)
        {
            return new PartitionError(KafkaError.InvalidRecord, "A produce request has one record batch for each partition; there is none for this one.");
        }

        _recordFaults.Clear();
        BatchFault fault = RecordBatchValidator.CheckDeep(records.Span, rules.Batches, nowMs, _decoder, _recordFaults, out RecordBatchView view, out verified);
        if (fault.Defect == BatchDefect.MaxTimestampMismatch)
        {
            // The header's largest timestamp is a summary of the records', and theirs count.
            RecordBatchPatch.SetMaxTimestamp(records.Span, fault.Expected);
            verified = default;
            fault = BatchFault.None;
        }

        if (!fault.IsNone)
        {
            return new PartitionError((KafkaError)fault.Defect.ToKafkaError(), fault.ToString(), _recordFaults.Count > 0 ? [.. _recordFaults] : null);
        }

        RecordBatchView.TryRead(records.Span, out view);
        if (view.Codec == CompressionCodec.Zstd && version < FirstVersionWithZstd)
        {
            return new PartitionError(KafkaError.UnsupportedCompressionType, "Zstandard needs version 7 of the produce request, or a newer one.");
        }

        if (rules.Codec is CompressionCodec codec && codec != view.Codec)
        {
            PartitionError error = Recompress(view, codec, out replacement);
            if (error.Code != KafkaError.None)
            {
                return error;
            }

            batch = replacement!.WrittenMemory;
            verified = default;
        }

        if (batch.Length > rules.SegmentSizeBytes)
        {
            replacement?.Dispose();
            return new PartitionError(
                KafkaError.RecordListTooLarge, $"The batch has {batch.Length} bytes; the topic's segment.bytes is {rules.SegmentSizeBytes}.");
        }

        if (rules.UsesLogAppendTime)
        {
            RecordBatchPatch.SetLogAppendTime(batch.Span, nowMs);
            verified = default;
        }

        return PartitionError.None;
    }

    public void Dispose() => _decoder.Dispose();

    private PartitionError Recompress(RecordBatchView view, CompressionCodec codec, out PooledBuffer? replacement)
    {
        replacement = null;
        if (!RecordCompression.IsAvailable(codec))
        {
            return new PartitionError(KafkaError.UnsupportedCompressionType, $"The topic asks for {codec}, whose library is not installed on this broker.");
        }

        var output = new PooledBuffer();
        BatchFault fault = RecordBatchRecompressor.Recompress(view, codec, _decoder, output);
        if (!fault.IsNone)
        {
            output.Dispose();
            return new PartitionError((KafkaError)fault.Defect.ToKafkaError(), fault.ToString());
        }

        replacement = output;
        return PartitionError.None;
    }
}
