using Duramen.Core.Checksums;
using Duramen.Core.Ids;
using Duramen.Records.Batches;

namespace Duramen.Storage.Compaction;

/// <summary>
/// The hashed keys of one batch's records at a time. All of a batch is read before any of it counts, so that a batch whose end cannot be decoded
/// replaces nothing. One owner, one thread.
/// </summary>
internal sealed class BatchKeys(SipHash128 hash) : IDisposable
{
    private const int FirstCapacity = 1024;

    private readonly RecordBatchDecoder _decoder = new();
    private Entry[] _entries = new Entry[FirstCapacity];
    private int _count;

    /// <summary>The records of the batch that was read last, in order.</summary>
    public Span<Entry> Entries => _entries.AsSpan(0, _count);

    /// <summary>Reads a batch. False when its records cannot be decoded: nobody ever will, and nothing is known of its keys.</summary>
    /// <exception cref="RecordException">The codec's library is not installed, so that another machine could read the batch.</exception>
    public bool TryRead(RecordBatchView batch)
    {
        _count = 0;
        BatchFault fault = _decoder.Open(batch, out RecordReader reader);
        if (fault.Defect == BatchDefect.CodecUnavailable)
        {
            throw new RecordException(
                RecordErrors.CodecUnavailable,
                $"The batch at offset {batch.BaseOffset} is compressed with {batch.Codec}, whose library is not installed.",
                "Install the library; compaction goes on by itself then.");
        }

        while (fault.IsNone && reader.TryRead(out RecordView record))
        {
            if (_count == _entries.Length)
            {
                // A batch of millions of small records gets what it needs, and not up to twice as much.
                Array.Resize(ref _entries, Math.Max(_count + 1, Math.Min(_count * 2, batch.RecordCount)));
            }

            ref Entry entry = ref _entries[_count++];
            entry.Offset = record.Offset;
            entry.HasKey = !record.Key.IsNull;
            entry.IsTombstone = record.Value.IsNull;
            entry.IsKept = true;
            if (entry.HasKey)
            {
                (entry.First, entry.Second) = hash.Compute(record.Key.Span);
            }
        }

        return fault.IsNone && reader.Fault.IsNone;
    }

    public void Dispose() => _decoder.Dispose();

    /// <summary>A filter that keeps the records of the batch whose entries say so.</summary>
    public KeptEntries Kept() => new(_entries);

    /// <summary>What compaction needs to know of one record, and what it decides.</summary>
    internal struct Entry
    {
        public ulong First;
        public ulong Second;
        public Offset Offset;
        public bool HasKey;
        public bool IsTombstone;
        public bool IsKept;
    }

    /// <summary>Goes through a batch's records in order and repeats what was decided of each.</summary>
    internal struct KeptEntries(Entry[] entries) : IRecordFilter
    {
        private int _next;

        public bool Keeps(scoped RecordView record) => entries[_next++].IsKept;
    }
}
