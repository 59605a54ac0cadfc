using Duramen.Core.Ids;
using Duramen.Disk;
using Duramen.Log;
using Duramen.Records.Batches;
using Duramen.Storage.Folders;
using Duramen.Storage.Logs;
using Duramen.Storage.Segments;

namespace Duramen.Storage.Verification;

/// <summary>
/// Reads the files of one segment from first to last byte and compares them with what the catalog says of it. Behind damage it goes on at the
/// next interval that a sound index names, so that one bad place does not hide another.
/// </summary>
internal sealed class SegmentVerifier(VerificationRun run, IDisk disk, DiskLog log, SegmentState expected) : IDisposable
{
    private readonly RecordBatchDecoder _decoder = new();
    private readonly string _file = $"{FolderLayout.RelativeLogPath(log.Id)}/{expected.Id.SegmentFileName}";
    private readonly string _indexFile = $"{FolderLayout.RelativeLogPath(log.Id)}/{expected.Id.IndexFileName}";
    private IndexEntry[]? _index;

    public void Run()
    {
        run.Segments++;
        CheckLength();
        CheckIndexFile();
        if (expected.SizeBytes == 0 || !disk.FileExists(Full(_file)))
        {
            return;
        }

        using IDiskFile file = disk.Open(Full(_file), DiskFileMode.Existing);
        SegmentState? from = new SegmentState(expected.Id);
        bool isWhole = true;
        while (from is SegmentState start)
        {
            from = Scan(file, start, isWhole);
            isWhole = false;
        }
    }

    public void Dispose() => _decoder.Dispose();

    private void CheckLength()
    {
        long length = disk.FileLength(Full(_file));
        if (Math.Max(length, 0) < expected.SizeBytes)
        {
            run.Damage(StorageErrors.FileDamaged, _file, Math.Max(length, 0), $"the file ends there and should reach byte {expected.SizeBytes}", log.Name);
        }
        else if (length > expected.SizeBytes)
        {
            run.Note(_file, expected.SizeBytes, FormattableString.Invariant($"{length - expected.SizeBytes} bytes after the last batch are dead space"), log.Name);
        }
    }

    private void CheckIndexFile()
    {
        if (expected.IndexEntries == 0)
        {
            return;
        }

        IndexEntry[]? index = IndexFile.TryRead(disk, Full(FolderLayout.RelativeLogPath(log.Id)), log.Id, expected, out string defect);
        if (index is null)
        {
            run.Damage(StorageErrors.FileDamaged, _indexFile, null, $"{defect}; the index is made again from its segment whenever it is needed", log.Name);
            return;
        }

        if (index[^1].Digest != expected.IntervalDigest)
        {
            run.Damage(
                StorageErrors.FileDamaged, _indexFile, IndexFile.PositionOf(index.Length - 1), "the last entry's digest is not the one that the catalog has", log.Name);
            return;
        }

        long end = IndexFile.PositionOf(index.Length);
        long length = disk.FileLength(Full(_indexFile));
        if (length > end)
        {
            run.Note(_indexFile, end, FormattableString.Invariant($"{length - end} bytes after the last entry are dead space"), log.Name);
        }

        _index = index;
    }

    // Reads to the end or to damage; returns where to go on behind the damage, or null.
    private SegmentState? Scan(IDiskFile file, SegmentState from, bool isWhole)
    {
        using var scanner = new SegmentScanner(file, from, expected.SizeBytes);
        Offset next = from.NextOffset;
        string? defect;
        while (scanner.TryNext(out RecordBatchView batch, out bool completed, out IndexEntry entry, out defect))
        {
            CheckRecords(batch, scanner.Position - batch.SizeBytes);
            if (completed && _index is not null && entry != _index[Math.Min(scanner.State.IndexEntries, _index.Length) - 1])
            {
                return ReportInterval(entry, scanner.State.IndexEntries - 1);
            }

            run.Count(batch.SizeBytes, batch.RecordCount);
            next = batch.NextOffset;
        }

        if (defect is not null)
        {
            run.Damage(LogErrors.Corrupt, _file, scanner.Position, defect, log.Name, next);
            return GoOnAfter(scanner.Position);
        }

        if (isWhole ? scanner.State != expected : scanner.State.Digest != expected.Digest || scanner.State.NextOffset != expected.NextOffset)
        {
            // With a sound index every interval before the last agreed with it, so the last one is meant; without it, the whole file.
            long position = _index is null ? 0 : expected.IntervalStart;
            Offset first = _index is null ? expected.Id.BaseOffset : expected.IntervalFirstOffset;
            run.Damage(
                LogErrors.Corrupt,
                _file,
                position,
                FormattableString.Invariant($"the {expected.SizeBytes - position} bytes from there on are not the batches that were appended, although each is sound by itself"),
                log.Name,
                first);
        }

        return null;
    }

    private SegmentState? ReportInterval(in IndexEntry found, int number)
    {
        IndexEntry[] index = _index!;
        IndexEntry known = index[Math.Min(number, index.Length - 1)];
        run.Damage(
            LogErrors.Corrupt,
            _file,
            known.StartPosition,
            FormattableString.Invariant(
                $"the bytes up to {found.EndPosition} are not the batches that were appended: a field of a batch header that its checksum leaves out has changed"),
            log.Name,
            known.FirstOffset);
        return GoOnAfter(known.EndPosition - 1L);
    }

    // The state at the first interval that begins behind a position, as the index knows it.
    private SegmentState? GoOnAfter(long position)
    {
        if (_index is null)
        {
            return null;
        }

        int number = Array.FindIndex(_index, entry => entry.EndPosition > position);
        if (number < 0 || _index[number].EndPosition >= expected.SizeBytes)
        {
            return null;
        }

        IndexEntry entry = _index[number];
        Offset next = number + 1 < _index.Length ? _index[number + 1].FirstOffset : expected.IntervalFirstOffset;
        return new SegmentState(expected.Id)
        {
            SizeBytes = entry.EndPosition,
            NextOffset = next,
            Digest = entry.Digest,
            IndexEntries = number + 1,
            IntervalStart = entry.EndPosition,
            IntervalDigest = entry.Digest,
            IntervalFirstOffset = next,
        };
    }

    private void CheckRecords(RecordBatchView batch, long position)
    {
        BatchFault fault = _decoder.Open(batch, out RecordReader records);
        while (fault.IsNone && records.TryRead(out _))
        {
        }

        fault = fault.IsNone ? records.Fault : fault;
        if (!fault.IsNone)
        {
            run.Damage(LogErrors.InvalidBatch, _file, position, $"the batch was appended with records that cannot be decoded: {fault.Message}", log.Name, batch.BaseOffset);
        }
    }

    private string Full(string relative) => $"{run.Path}/{relative}";
}
