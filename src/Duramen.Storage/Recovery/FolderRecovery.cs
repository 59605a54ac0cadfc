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
internal sealed class FolderRecovery(FolderContext context, Catalog start, JournalFiles files)
{
    private readonly FolderCatalog _logs = new(context, start.FolderId) { Sequence = start.Sequence };
    private byte[] _payload = [];

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
        files.Free(start.Journal.Sequence);
        long groups = ReplayJournal();
        if (groups > 0)
        {
            HasChanged = true;
            context.Notice?.Invoke(FormattableString.Invariant($"Recovered {groups} journal groups that were not in segments yet."));
        }

        if (!start.IsClean || groups > 0)
        {
            AdoptSurplus();
        }

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
            if (FindLostPayload(entries) is string lost)
            {
                // The group's direct payloads are not all there: the group was being written when the process or the machine died,
                // or they are damaged.
                Judge(replay.GroupStart, replay, mark, lost);
                Next = replay.GroupStart;
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
    private string? FindLostPayload(ReadOnlySpan<byte> entries)
    {
        while (EntryHeader.TryRead(entries, out EntryHeader entry))
        {
            if (entry.Kind == EntryKind.AppendDirect && _logs.Find(entry.Log) is DiskLog log && !TryReadPayload(log, entry))
            {
                return FormattableString.Invariant(
                    $"the {entry.PayloadBytes} bytes from byte {entry.Position} on of {log.Folder}/{entry.Segment.SegmentFileName} are not those that were appended");
            }

            entries = entries[entry.EntrySizeBytes..];
        }

        return null;
    }

    private bool TryReadPayload(DiskLog log, in EntryHeader entry)
    {
        string path = $"{log.Folder}/{entry.Segment.SegmentFileName}";
        if (context.Disk.FileLength(path) < entry.Position + (long)entry.PayloadBytes)
        {
            return false;
        }

        if (_payload.Length < entry.PayloadBytes)
        {
            _payload = new byte[entry.PayloadBytes];
        }

        using IDiskFile file = context.Disk.Open(path, DiskFileMode.Existing);
        Span<byte> payload = _payload.AsSpan(0, entry.PayloadBytes);
        return file.Read(payload, entry.Position) == payload.Length && HeaderDigest.Matches(payload, entry.PayloadDigest);
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
        if (!TryReadPayload(log, entry))
        {
            throw Contradiction($"{log.Folder}/{entry.Segment.SegmentFileName} changed while it was read");
        }

        // A payload whose sync is not proven may be in the page cache only, and a failed sync leaves it there looking clean: as part of the
        // tail it is written again with the next checkpoint, and that sync counts.
        log.Replay(entry, _payload.AsSpan(0, entry.PayloadBytes), isInFile: isSynced);
    }

    // Bytes beyond what catalog and journal know of: what a direct append wrote before it could be journaled, or the newer part of a folder
    // whose catalog and journal come from an older backup. Sound batches that go on where the log ends are kept, since keeping an
    // append that was not acknowledged is allowed and losing one that was is not.
    private void AdoptSurplus()
    {
        foreach (DiskLog log in _logs.Logs)
        {
            Segment segment = log.Segments[^1];
            if (context.Disk.FileLength(segment.FilePath) > segment.State.SizeBytes)
            {
                AdoptSurplus(log, segment);
            }
        }
    }

    private void AdoptSurplus(DiskLog log, Segment segment)
    {
        Offset from = segment.State.NextOffset;
        long length = context.Disk.FileLength(segment.FilePath);
        using IDiskFile file = context.Disk.Open(segment.FilePath, DiskFileMode.Existing);
        using var scanner = new SegmentScanner(file, segment.State, Math.Min(length, StorageLimits.SegmentMaxBytes));
        var batches = new List<byte[]>();
        while (scanner.TryNext(out RecordBatchView batch, out _, out _, out _) && batch.BaseOffset == from)
        {
            from = batch.NextOffset;
            batches.Add(batch.Bytes.ToArray());
        }

        foreach (byte[] batch in batches)
        {
            log.ApplyAppend(segment, batch, isInFile: false);
        }

        if (batches.Count > 0)
        {
            HasChanged = true;
            log.Assigned = new LogCursor(segment, segment.State.SizeBytes, segment.State.NextOffset);
            context.Notice?.Invoke(
                $"Log '{log.Name}': kept the batches up to offset {from} that {segment.FilePath} holds and the journal does not know of.");
        }
    }

    private StorageException Contradiction(string what) =>
        new(
            StorageErrors.JournalCorrupt,
            $"{context.JournalPath} and the catalog contradict each other: {what}.",
            "Restore catalog.a, catalog.b and the folder 'journal' from one and the same backup.");
}
