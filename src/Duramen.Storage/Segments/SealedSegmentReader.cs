using Duramen.Disk;
using Duramen.Records.Batches;
using Duramen.Storage.Logs;

namespace Duramen.Storage.Segments;

/// <summary>
/// Reads a sealed segment from its file and holds it to what the catalog says of it: every batch's checksum, and in the end size, offsets and
/// digest. Keeps the segment's file open, whatever becomes of the segment meanwhile. One owner, one thread.
/// </summary>
internal sealed class SealedSegmentReader : IDisposable
{
    private readonly Segment _segment;
    private readonly SegmentState _expected;
    private readonly SegmentScanner _scanner;

    private SealedSegmentReader(Segment segment, SegmentState expected, IDiskFile file)
    {
        _segment = segment;
        _expected = expected;
        _scanner = new SegmentScanner(file, expected.Id, expected.SizeBytes);
    }

    /// <summary>The index entry of the interval that the last batch completed, if it did.</summary>
    public IndexEntry? Completed { get; private set; }

    /// <summary>Begins at the first batch; null when the log has dropped the segment.</summary>
    public static SealedSegmentReader? TryOpen(DiskLog log, Segment segment)
    {
        log.ThrowIfGone();
        if (!segment.TryAcquire())
        {
            return null;
        }

        try
        {
            return new SealedSegmentReader(segment, log.StateOf(segment), segment.OpenExisting());
        }
        catch
        {
            segment.Release();
            throw;
        }
    }

    /// <summary>Takes the next batch; false at the end of the segment.</summary>
    /// <exception cref="StorageException">The segment is not what was written.</exception>
    public bool TryNext(out RecordBatchView batch)
    {
        if (_scanner.TryNext(out batch, out bool isCompleted, out IndexEntry entry, out string? defect))
        {
            Completed = isCompleted ? entry : null;
            return true;
        }

        if (defect is not null || _scanner.State != _expected)
        {
            throw SegmentScanner.Damaged(
                _segment.FilePath, _scanner.Position, defect ?? "the batches before are not the ones that the catalog knows", _scanner.State.NextOffset);
        }

        return false;
    }

    public void Dispose()
    {
        _scanner.Dispose();
        _segment.Release();
    }
}
