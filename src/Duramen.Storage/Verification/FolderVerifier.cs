using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.Disk;
using Duramen.Log;
using Duramen.Storage.Catalogs;
using Duramen.Storage.Folders;
using Duramen.Storage.Logs;
using Duramen.Storage.Segments;

namespace Duramen.Storage.Verification;

/// <summary>
/// Reads everything in a data folder and reports whatever is not as it was written. It changes nothing itself, but it opens the folder, which
/// recovers what a crash left; what is wrong with the files that opening repairs is reported first.
/// </summary>
public static class FolderVerifier
{
    /// <summary>Verifies a folder that no process has open.</summary>
    /// <param name="disk">The disk.</param>
    /// <param name="path">The folder.</param>
    /// <param name="options">What to verify, and who is told.</param>
    /// <param name="cancellationToken">Ends the verification early.</param>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrors.NotAFolder"/>, <see cref="StorageErrors.Locked"/>, <see cref="LogErrors.NotFound"/>. Everything else is reported, not thrown.
    /// </exception>
    public static async ValueTask<VerificationSummary> RunAsync(
        IDisk disk, string path, VerificationOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(disk);
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(options);
        if (!FolderCreation.IsDataFolder(disk, path))
        {
            throw FolderCreation.NotAFolder(path);
        }

        var run = new VerificationRun(path, options, cancellationToken);
        using (disk.TryLock($"{path}/{FolderLayout.LockFile}") ?? throw Locked(path))
        {
            new SharedFilesVerifier(run, disk).Run();
        }

        DataFolder folder;
        try
        {
            var opening = new StorageOptions { CreateIfMissing = false, MaintenanceInterval = TimeSpan.Zero, ScrubBytesPerSecond = 0, Notice = options.Notice };
            folder = await DataFolder.OpenAsync(disk, path, opening).ConfigureAwait(false);
        }
        catch (DuramenException error) when (error.Code != StorageErrors.Locked)
        {
            run.Damage(error);
            return run.Summary;
        }

        await using (folder.ConfigureAwait(false))
        {
            if (options.Log is not null && folder.FindLog(options.Log) is null)
            {
                throw new StorageException(LogErrors.NotFound, $"{path} has no log '{options.Log}'.", "List the logs to see those it has.");
            }

            foreach (DiskLog log in folder.Logs.Where(log => options.Log is null || log.Name == options.Log))
            {
                VerifyLog(run, disk, log);
            }

            CheckLogFolders(run, disk, folder);
        }

        return run.Summary;
    }

    private static StorageException Locked(string path) =>
        new(StorageErrors.Locked, $"{path} is in use by another process.", "Stop that process first: a folder that changes cannot be verified.");

    private static void VerifyLog(VerificationRun run, IDisk disk, DiskLog log)
    {
        run.Logs++;
        SegmentState[] segments;
        LogWatermarks marks;
        lock (log.Sync)
        {
            segments = [.. log.Segments.Select(segment => segment.State)];
            marks = log.Watermarks;
        }

        string folder = FolderLayout.RelativeLogPath(log.Id);
        Offset next = Offset.Zero;
        foreach (SegmentState segment in segments)
        {
            if (segment.Id.BaseOffset < next || segment.NextOffset < segment.Id.BaseOffset)
            {
                run.Damage(
                    StorageErrors.CatalogCorrupt,
                    $"{folder}/{segment.Id.SegmentFileName}",
                    0,
                    $"the catalog lets the segment begin at offset {segment.Id.BaseOffset} and end at {segment.NextOffset}, where the one before ends at {next}",
                    log.Name,
                    next);
            }

            next = segment.NextOffset;
            try
            {
                using var verifier = new SegmentVerifier(run, disk, log, segment);
                verifier.Run();
            }
            catch (DuramenException error)
            {
                run.Damage(error.Code, $"{folder}/{segment.Id.SegmentFileName}", null, error.Message, log.Name, segment.Id.BaseOffset);
            }
        }

        if (marks.Start > marks.Committed || marks.Committed > marks.Durable || marks.Durable < next)
        {
            run.Damage(
                StorageErrors.CatalogCorrupt,
                folder,
                null,
                $"the log starts at {marks.Start}, is committed to {marks.Committed}, durable to {marks.Durable}, and its segments end at {next}",
                log.Name,
                marks.Start);
        }
    }

    // Files that belong to no log, once recovery has decided what belongs to one.
    private static void CheckLogFolders(VerificationRun run, IDisk disk, DataFolder folder)
    {
        string root = $"{run.Path}/{FolderLayout.LogsFolder}";
        if (!disk.FolderExists(root))
        {
            return;
        }

        foreach (string name in disk.ListFiles(root))
        {
            run.Damage(StorageErrors.FileUnknown, $"{FolderLayout.LogsFolder}/{name}", null, "Duramen makes no file here; nothing reads it");
        }

        Dictionary<string, DiskLog> logs = folder.Logs.ToDictionary(log => log.Id.ToString(), StringComparer.Ordinal);
        foreach (string name in disk.ListFolders(root))
        {
            string relative = $"{FolderLayout.LogsFolder}/{name}";
            if (logs.TryGetValue(name, out DiskLog? log))
            {
                CheckLogFolder(run, disk, log, relative);
            }
            else
            {
                run.Damage(StorageErrors.FileUnknown, relative, null, "no log has this folder; nothing reads it");
            }
        }
    }

    private static void CheckLogFolder(VerificationRun run, IDisk disk, DiskLog log, string relative)
    {
        HashSet<SegmentId> segments = [.. log.Segments.Select(segment => segment.Id)];
        foreach (string name in disk.ListFiles($"{run.Path}/{relative}"))
        {
            if (SegmentId.TryParse(name, out SegmentId id) ? !segments.Contains(id) : name.EndsWith(FolderLayout.UnfinishedSuffix, StringComparison.Ordinal))
            {
                run.Note($"{relative}/{name}", null, "a crash left it over before it became part of the log; nothing reads it", log.Name);
            }
            else if (!SegmentId.TryParse(name, out _))
            {
                run.Damage(StorageErrors.FileUnknown, $"{relative}/{name}", null, "Duramen makes no file of this name; nothing reads it", log.Name);
            }
        }

        foreach (string name in disk.ListFolders($"{run.Path}/{relative}"))
        {
            run.Damage(StorageErrors.FileUnknown, $"{relative}/{name}", null, "Duramen makes no folder here; nothing reads it", log.Name);
        }
    }
}
