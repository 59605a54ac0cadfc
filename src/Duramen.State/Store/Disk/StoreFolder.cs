using Duramen.Core.Ids;
using Duramen.Disk;
using Duramen.State.Store.Runs;

namespace Duramen.State.Store.Disk;

/// <summary>What a store finds in its folder when it is opened, and what it does with it.</summary>
internal static class StoreFolder
{
    private const string LockName = "lock";

    /// <summary>Makes the folder, durably with all folders above it that were missing.</summary>
    public static void Create(IDisk disk, string folder)
    {
        var made = new Stack<string>();
        for (string at = folder; at.Length > 0 && !disk.FolderExists(at); at = Parent(at))
        {
            made.Push(at);
        }

        disk.CreateFolder(folder);
        while (made.TryPop(out string? at))
        {
            disk.SyncFolder(Parent(at) is { Length: > 0 } parent ? parent : "/");
        }
    }

    /// <summary>Takes the folder for this process.</summary>
    /// <exception cref="StoreException"><see cref="StoreErrors.Locked"/>.</exception>
    public static IDisposable Lock(IDisk disk, string folder) =>
        disk.TryLock($"{folder}/{LockName}") ?? throw StoreRefusals.Locked(folder);

    /// <summary>
    /// Reads the manifest and opens its runs, oldest first; null when there is no store that is whole and has this identity, and then there is nothing
    /// left of it.
    /// </summary>
    public static (Manifest Manifest, List<Run> Runs)? Read(IDisk disk, string folder, StoreOptions options, BlockCache cache, RunHealth health)
    {
        var runs = new List<Run>();
        try
        {
            Manifest? manifest = Manifest.Read(disk, folder, out bool isOfOtherVersion);
            if (isOfOtherVersion)
            {
                options.Notice?.Invoke($"The store in {folder} is in the format of another version. It is deleted and folded again.");
                Empty(disk, folder);
                return null;
            }

            if (manifest is null)
            {
                DeleteAllBut(disk, folder, []);
                return null;
            }

            if (!manifest.Identity.Span.SequenceEqual(options.Identity.Span))
            {
                options.Notice?.Invoke($"The store in {folder} is of another log, or was folded by another projection or machine. It is deleted and folded again.");
                Empty(disk, folder);
                return null;
            }

            Offset next = default;
            foreach (RunState state in manifest.Runs)
            {
                if (state.From < next || state.To < state.From || state.To > manifest.Position)
                {
                    throw StoreRefusals.Damaged($"{folder}/{Manifest.FileName}", "its runs do not follow each other");
                }

                next = state.To;
                runs.Add(Run.Open(disk, folder, state, cache, health));
            }

            // A process that was killed may have renamed the manifest and not synced the name. The one before it needs files that this one does not.
            disk.SyncFolder(folder);
            DeleteAllBut(disk, folder, runs);
            return (manifest, runs);
        }
        catch (StoreException damage) when (damage.Code == StoreErrors.Damaged)
        {
            foreach (Run run in runs)
            {
                run.References.Release();
            }

            options.Notice?.Invoke($"The store in {folder} is damaged. It is deleted and folded again. {damage.Message}");
            Empty(disk, folder);
            return null;
        }
    }

    /// <summary>Deletes everything in the folder, the manifest first: whatever a crash leaves is no store.</summary>
    public static void Empty(IDisk disk, string folder)
    {
        disk.DeleteFile($"{folder}/{Manifest.FileName}");
        disk.SyncFolder(folder);
        DeleteAllBut(disk, folder, []);
    }

    private static void DeleteAllBut(IDisk disk, string folder, List<Run> runs)
    {
        var kept = new HashSet<string>(StringComparer.Ordinal) { LockName, Manifest.FileName };
        foreach (Run run in runs)
        {
            kept.Add(RunName.Of(run.State.Number));
        }

        foreach (string name in disk.ListFiles(folder))
        {
            if (!kept.Contains(name))
            {
                disk.DeleteFile($"{folder}/{name}");
            }
        }
    }

    private static string Parent(string path) => path[..Math.Max(0, path.LastIndexOf('/'))];
}
