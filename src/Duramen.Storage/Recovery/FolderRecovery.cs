using Duramen.Core.Ids;
using Duramen.Disk;
using Duramen.Log;
using Duramen.Records.Batches;
using Duramen.Storage.Catalogs;
using Duramen.Storage.Folders;
using Duramen.Storage.Journaling;
using Duramen.Storage.Logs;
using Duramen.Storage.Segments;

namespace Duramen.Storage.Recovery;

/// <summary>
/// Brings a folder back to the state of its journal's end: the catalog's state, with every journal entry after it applied by the code that
/// applied it the first time. Decides what is torn and what is corrupt before it changes anything, and refuses the folder in the latter case.
/// </summary>
internal sealed class FolderRecovery(FolderContext context, Catalog start, JournalFiles files) : IDisposable
{
    private readonly FolderCatalog _logs = new(context, start.FolderId) { Sequence = start.Sequence };
    private AlignedBuffer _payload = new(StorageLimits.JournalBlockBytes);

    /// <summary>The logs as recovery leaves them.</summary>
    public FolderCatalog Logs => _logs;

    /// <summary>Where the journal goes on.</summary>
    public JournalPosition Next { get; private set; }

    /// <summary>Whether anything differs from the catalog, so that a checkpoint is due before the folder is used.</summary>
    public bool HasChanged { get; private set; }

    /// <summary>Runs recovery.</summary>
    /// <exception cref="StorageException">The folder must not be used as it is.</exception>
    public void Run()
    {
        OpenLogs();

        // What the catalog includes is needed no more; without this no file would look free and every opening would add one.
        files.Free(start.Journal.Sequence);
        long groups = ReplayJournal();
        if (groups > 0)
        {
            HasChanged = true;
            context.Notice?.Invoke(FormattableString.Invariant($"Recovered {groups} journal groups that were not in segments yet."));
        }

        AdoptSurplus();
        foreach (DiskLog log in _logs.Logs)
        {
            if (groups > 0)
            {
                CheckFiles(log);
            }

            LeftoverFiles.Delete(context, log);
            log.PublishCommitted();
        }
    }

    public void Dispose() => ((IDisposable)_payload).Dispose();

    private void OpenLogs()
    {
        foreach (string path in start.Garbage)
        {
            context.AddGarbage(path);
            HasChanged = true;
        }

        foreach (LogRecord record in start.Logs)
        {
            _logs.Add(new DiskLog(context, record));
        }

        _logs.Logs.ForEach(CheckFiles);
    }

    // Only names and lengths: the bytes are verified when they are read.
    private void CheckFiles(DiskLog log)
    {
        foreach (Segment segment in log.Segments)
        {
            long length = context.Disk.FileLength(segment.FilePath);
            if (Math.Max(length, 0) < segment.FlushedBytes)
            {
                throw new StorageException(
                    StorageErrors.FileDamaged,
                    length < 0
                        ? $"{segment.FilePath}, which holds offsets {segment.Id.BaseOffset} to {segment.State.NextOffset} of log '{log.Name}', is missing."
                        : FormattableString.Invariant(
                            $"{segment.FilePath} of log '{log.Name}' is {length} bytes long and should be at least {segment.FlushedBytes}."),
                    "Restore the file from a backup or a replica.");
            }
        }
    }

    private long ReplayJournal()
    {
        var defects = new List<string>();
        long? mark = SyncedMark.TryRead(context.Disk, context.JournalPath, start.FolderId, defects);
        if (files.Count > 0)
        {
            // A folder that was just made has no journal yet, and so no mark.
            defects.ForEach(defect => context.Notice?.Invoke($"Warning: {defect}; it is written anew."));
        }

        using var replay = new JournalReplay(files, start.FolderId, start.Journal);
        long groups = 0;
        while (replay.TryNext(out GroupHeader header, out ReadOnlySpan<byte> entries))
        {
            if (FindLostPayload(entries, isSynced: mark >= header.Sequence) is string lost)
            {
                // The group's direct payloads are not all there: the group was being written when the process or the machine died,
                // or they are damaged.
                JournalPosition cut = replay.GroupStart;
                Judge(cut, replay, mark, lost);
                Erase(cut);
                Next = cut;
                HasChanged = true;
                return groups;
            }

            if (mark is null || header.Sequence > mark)
            {
                // Nothing says that this group was synced: make sure before anything counts on it.
                files.File(replay.GroupStart.File).Sync();
            }

            files.Used(replay.GroupStart.File, header.Sequence);
            ApplyGroup(entries, header, mark);
            groups++;
        }

        Judge(replay.Position, replay, mark, null);
        Next = replay.Position;
        return groups;
    }

    // A group that is whole and cut all the same must not come back: the next one may go to another file, and this one would be read first.
    private void Erase(JournalPosition group)
    {
        using var zeros = new AlignedBuffer(StorageLimits.JournalBlockBytes);
        files.File(group.File).Write(zeros.GetSpan(), group.FilePosition);
    }

    private void Judge(JournalPosition expected, JournalReplay replay, long? mark, string? lostPayload)
    {
        long? later = replay.FindLaterGroup();
        if (lostPayload is not null && later is null && replay.TryNext(out GroupHeader next, out _))
        {
            later = next.Sequence;
        }

        var evidence = new JournalEvidence(
            expected.Sequence,
            start.Journal.Sequence,
            start.IsClean,
            mark,
            later,
            lostPayload is not null || replay.HasStartedGroup(),
            replay.HasForeignGroup(out Guid foreign) ? foreign : null);
        JournalEnd end = JournalVerdict.Judge(evidence, out string reason);
        string place = FormattableString.Invariant($"{context.JournalPath}/{JournalFiles.NameOf(expected.File)} at byte {expected.FilePosition}");
        switch (end)
        {
            case JournalEnd.Corrupt:
                throw new StorageException(
                    StorageErrors.JournalCorrupt,
                    $"{place}: {reason}{(lostPayload is null ? "" : $" ({lostPayload})")}.",
                    "Acknowledged records may be lost if the folder is used as it is; restore it, or this file, from a backup or a replica.");
            case JournalEnd.Torn:
                HasChanged = true;
                context.Notice?.Invoke($"{place}: {reason}; it is cut.{(lostPayload is null ? "" : $" ({lostPayload})")}");
                break;
            default:
                break;
        }
    }

    // The first direct append of a group whose bytes are not in their segment; null when all are.
    private string? FindLostPayload(ReadOnlySpan<byte> entries, bool isSynced)
    {
        while (EntryHeader.TryRead(entries, out EntryHeader entry))
        {
            if (entry.Kind == EntryKind.AppendDirect && _logs.Find(entry.Log) is DiskLog log && !TryReadPayload(log, entry, isSynced, out _))
            {
                return FormattableString.Invariant(
                    $"the {entry.PayloadBytes} bytes from byte {entry.Position} on of {log.Folder}/{entry.Segment.SegmentFileName} are not those that were appended");
            }

            entries = entries[entry.EntrySizeBytes..];
        }

        return null;
    }

    // A payload whose sync is not proven may be in the page cache only, and after a failed sync it stays there looking clean: what counts then
    // is what the device gives back. Writing it again in place would be no cure: that can tear the only copy of an acknowledged append.
    private bool TryReadPayload(DiskLog log, in EntryHeader entry, bool isSynced, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        string path = $"{log.Folder}/{entry.Segment.SegmentFileName}";
        if (context.Disk.FileLength(path) < entry.Position + (long)entry.PayloadBytes)
        {
            return false;
        }

        if (!isSynced)
        {
            using IDiskFile written = context.Disk.Open(path, DiskFileMode.Existing);
            written.Sync();
        }

        int before = (int)(entry.Position % StorageLimits.JournalBlockBytes);
        long wanted = AlignedBuffer.RoundUp(before + entry.PayloadBytes);
        if (_payload.Length < wanted)
        {
            ((IDisposable)_payload).Dispose();
            _payload = new AlignedBuffer((int)wanted);
        }

        using IDiskFile file = context.Disk.Open(path, DiskFileMode.Existing, isSynced ? DiskFileCache.Buffered : DiskFileCache.DirectDurable);
        Span<byte> bytes = _payload.GetSpan()[..(int)wanted];
        if (file.Read(bytes, entry.Position - before) < before + entry.PayloadBytes)
        {
            return false;
        }

        payload = bytes.Slice(before, entry.PayloadBytes);
        return HeaderDigest.Matches(payload, entry.PayloadDigest);
    }

    private void ApplyGroup(ReadOnlySpan<byte> entries, GroupHeader header, long? mark)
    {
        int count = 0;
        while (EntryHeader.TryRead(entries, out EntryHeader entry))
        {
            ApplyEntry(entry, entries[EntryHeader.SizeBytes..entry.EntrySizeBytes], isSynced: mark >= header.Sequence);
            entries = entries[entry.EntrySizeBytes..];
            count++;
        }

        if (!entries.IsEmpty || count != header.EntryCount)
        {
            throw Contradiction(FormattableString.Invariant($"group {header.Sequence} holds {count} entries and should hold {header.EntryCount}"));
        }
    }

    private void ApplyEntry(in EntryHeader entry, ReadOnlySpan<byte> payload, bool isSynced)
    {
        if (entry.Kind == EntryKind.LogCreated)
        {
            var reader = new CatalogReader(payload, context.JournalPath);
            _logs.Add(new DiskLog(context, LogRecord.Read(ref reader)));
            return;
        }

        DiskLog log = _logs.Find(entry.Log) ?? throw Contradiction($"an entry is about log {entry.Log}, which does not exist");
        switch (entry.Kind)
        {
            case EntryKind.LogDeleted:
                _logs.Remove(log);
                break;
            case EntryKind.Append:
                log.Replay(entry, payload, isInFile: false);
                break;
            case EntryKind.AppendDirect:
                ReplayDirect(log, entry, isSynced);
                break;
            default:
                log.Assign(entry, payload);
                log.Apply(entry, payload);
                break;
        }
    }

    private void ReplayDirect(DiskLog log, in EntryHeader entry, bool isSynced)
    {
        if (!TryReadPayload(log, entry, isSynced, out ReadOnlySpan<byte> payload))
        {
            throw Contradiction($"{log.Folder}/{entry.Segment.SegmentFileName} changed while it was read");
        }

        log.Replay(entry, payload, isInFile: true);
        if (!isSynced)
        {
            // The file's name may not be durable either.
            log.Segments[^1].SyncDirect();
        }
    }

    // Bytes beyond what catalog and journal know of: what a direct append wrote before it could be journaled, or the newer part of a folder
    // whose catalog and journal come from an older backup. Sound batches that go on where the log ends are kept, since keeping an
    // append that was not acknowledged is allowed and losing one that was is not.
    private void AdoptSurplus()
    {
        foreach (DiskLog log in _logs.Logs)
        {
            Segment segment = log.Segments[^1];
            bool isWhole = context.Disk.FileLength(segment.FilePath) <= segment.State.SizeBytes || TryAdopt(log, segment);
            while (isWhole && segment.State.SizeBytes > 0)
            {
                var next = new SegmentId(segment.State.NextOffset, segment.Id.Generation);
                if (context.Disk.FileLength($"{log.Folder}/{next.SegmentFileName}") <= 0)
                {
                    break;
                }

                segment = new Segment(context.Disk, log.Folder, log.Id, new SegmentState(next));
                isWhole = TryAdopt(log, segment);
            }
        }
    }

    // All of the surplus or nothing: a part of it could be a part of one append.
    private bool TryAdopt(DiskLog log, Segment segment)
    {
        Offset from = segment.State.NextOffset;
        uint position = segment.State.SizeBytes;
        long length = context.Disk.FileLength(segment.FilePath);
        using IDiskFile file = context.Disk.Open(segment.FilePath, DiskFileMode.Existing);
        using var scanner = new SegmentScanner(file, segment.State, Math.Min(length, StorageLimits.SegmentMaxBytes));
        var batches = new List<byte[]>();
        bool isSound = true;
        while (isSound && scanner.TryNext(out RecordBatchView batch, out _, out _, out _))
        {
            isSound = batch.BaseOffset == from;
            from = batch.NextOffset;
            batches.Add(batch.Bytes.ToArray());
        }

        if (!isSound || scanner.Position != length)
        {
            context.Notice?.Invoke(FormattableString.Invariant(
                $"Log '{log.Name}': {segment.FilePath} holds {length - position} bytes from byte {position} on that were never acknowledged; they are left out."));
            return false;
        }

        foreach (byte[] batch in batches)
        {
            log.AssignProducers(batch);
            log.ApplyAppend(segment, batch, isInFile: false);
        }

        HasChanged = true;
        log.Assigned = new LogCursor(segment, segment.State.SizeBytes, segment.State.NextOffset);
        context.Notice?.Invoke(
            $"Log '{log.Name}': kept the batches up to offset {from} that {segment.FilePath} holds and the journal does not know of.");
        return true;
    }

    private StorageException Contradiction(string what) =>
        new(
            StorageErrors.JournalCorrupt,
            $"{context.JournalPath} and the catalog contradict each other: {what}.",
            "Restore catalog.a, catalog.b and the folder 'journal' from one and the same backup.");
}
