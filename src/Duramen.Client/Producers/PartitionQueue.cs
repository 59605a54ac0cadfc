using Duramen.Core.Binary;
using Duramen.Records.Batches;

namespace Duramen.Client.Producers;

/// <summary>
/// The batches of one partition: one open for records, others closed and in order, and those that must be sent again, in the order of their sequence
/// numbers. Producers append; the sender alone takes, so that everything but the open end is the sender's.
/// </summary>
internal sealed class PartitionQueue(TopicPartition partition, ProducerOptions options, BatchBuilders builders)
{
    private readonly Lock _lock = new();
    private readonly Queue<ProduceBatch> _closed = new();
    private readonly List<ProduceBatch> _unfinished = [];
    private ProduceBatch? _open;

    public TopicPartition Partition => partition;

    /// <summary>The sender's: batches to be sent again, in order.</summary>
    public List<ProduceBatch> Again { get; } = [];

    /// <summary>The sender's: batches under way, in order.</summary>
    public List<ProduceBatch> InFlight { get; } = [];

    /// <summary>The sender's: before then nothing is sent, in the producer's milliseconds.</summary>
    public long NotBeforeMs { get; set; }

    /// <summary>The sender's: the id that <see cref="NextSequence"/> counts for.</summary>
    public ProducerIdentity Identity { get; set; } = ProducerIdentity.None;

    /// <summary>The sender's: the sequence number of the next new batch.</summary>
    public int NextSequence { get; set; }

    /// <summary>The sender's: how many batches were built.</summary>
    public long Built { get; set; }

    /// <summary>
    /// The sender's: whether a batch failed for good that had sequence numbers, so that brokers refuse those after it until they are numbered anew.
    /// </summary>
    public bool HasGap { get; set; }

    /// <summary>The sender's: how often in a row sending failed.</summary>
    public int Failures { get; set; }

    /// <summary>Whether the sender has it on its list.</summary>
    public bool IsListed { get; set; }

    /// <summary>Appends a record to the open batch, or to a new one.</summary>
    /// <returns>The batch, the record's place in it, and whether the sender should look.</returns>
    public (ProduceBatch Batch, short Index, bool IsNews) Append(in OutgoingRecord record, long timestampMs, int sizeBytes, long nowMs, bool isWatched)
    {
        NullableBytes key = NullableBytes.Of(record.Key);
        NullableBytes value = NullableBytes.Of(record.Value);
        lock (_lock)
        {
            bool isNews = false;
            if (_open is null
                || _open.Builder.Count >= ClientLimits.MaxRecordsPerBatch
                || !_open.Builder.TryAppend(timestampMs, key, value, record.Headers.Span))
            {
                Close();
                isNews = true;
                RecordBatchBuilder builder = builders.Take();
                builder.MaxSizeBytes = Math.Max(options.BatchSizeBytes, sizeBytes + RecordBatchLayout.HeaderSizeBytes);
                builder.Codec = options.Compression;
                builder.Append(timestampMs, key, value, record.Headers.Span);
                _open = new ProduceBatch(this, builder, nowMs);
                _unfinished.Add(_open);
            }

            ProduceBatch batch = _open;
            batch.GrantedBytes += sizeBytes;
            batch.HasUnwatched |= !isWatched;
            short index = (short)(batch.Builder.Count - 1);
            if (batch.Builder.SizeBytes >= options.BatchSizeBytes)
            {
                Close();
                isNews = true;
            }

            return (batch, index, isNews);
        }
    }

    /// <summary>Takes the first batch that may go out now, or says when to look again.</summary>
    /// <param name="nowMs">The time, in the producer's milliseconds.</param>
    /// <param name="mayOpen">Whether a batch that waits for more records may go out before its time.</param>
    /// <param name="readyMs">When the open batch may go out; the largest number when there is none.</param>
    public ProduceBatch? TakeNew(long nowMs, bool mayOpen, out long readyMs)
    {
        readyMs = long.MaxValue;
        lock (_lock)
        {
            if (_closed.TryDequeue(out ProduceBatch? closed))
            {
                return closed;
            }

            if (_open is null)
            {
                return null;
            }

            readyMs = _open.CreatedMs + options.LingerMs;
            if (!mayOpen && !_open.IsFlushed && readyMs > nowMs)
            {
                return null;
            }

            ProduceBatch open = _open;
            _open = null;
            return open;
        }
    }

    /// <summary>When the oldest batch that was not sent yet was begun; null when there is none.</summary>
    public long? OldestUnsentMs
    {
        get
        {
            lock (_lock)
            {
                return _closed.TryPeek(out ProduceBatch? closed) ? closed.CreatedMs : _open?.CreatedMs;
            }
        }
    }

    /// <summary>Lets everything go out that there is, and returns what is not acknowledged yet.</summary>
    public List<ProduceBatch> Flush()
    {
        lock (_lock)
        {
            if (_open is not null)
            {
                _open.IsFlushed = true;
            }

            return [.. _unfinished];
        }
    }

    /// <summary>Forgets a batch that is acknowledged or failed.</summary>
    public void Finish(ProduceBatch batch)
    {
        lock (_lock)
        {
            _unfinished.Remove(batch);
        }
    }

    /// <summary>Whether nothing waits or is under way, so that the sender need not look; it is off the list then.</summary>
    public bool TryUnlist()
    {
        lock (_lock)
        {
            bool isIdle = _unfinished.Count == 0;
            IsListed &= !isIdle;
            return isIdle;
        }
    }

    /// <summary>Says that it is on the list; false when it was already.</summary>
    public bool TryList()
    {
        lock (_lock)
        {
            if (IsListed)
            {
                return false;
            }

            IsListed = true;
            return true;
        }
    }

    private void Close()
    {
        if (_open is not null)
        {
            _closed.Enqueue(_open);
            _open = null;
        }
    }
}
