using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.Disk.Simulated;
using Duramen.Faults.Tests.Oracle;
using Duramen.Log;
using Duramen.Storage;
using Duramen.Storage.Folders;
using Duramen.Storage.Logs;
using Xunit;

namespace Duramen.Faults.Tests.Simulated;

/// <summary>The files of what a log let go of are deleted piece by piece, and the machine goes down between any two of them.</summary>
public sealed class GarbageTests
{
    private const string Kept = "kept";
    private const string Deleted = "deleted";

    [Theory]
    [InlineData("trim", true)]
    [InlineData("trim", false)]
    [InlineData("truncate", true)]
    [InlineData("truncate", false)]
    [InlineData("delete", true)]
    [InlineData("delete", false)]
    public async Task A_crash_in_the_middle_of_a_deletion_leaves_what_is_deleted_later_and_taken_for_nothing_else(string change, bool isPowerCut)
    {
        SimulatedDisk prepared = await PrepareAsync();
        Dictionary<string, long> lengths = prepared.AllFiles().ToDictionary(path => path, prepared.FileLength);
        bool wasCompleted = false;
        int cut = 0;
        for (long at = 1; !wasCompleted; at++)
        {
            for (ulong seed = 0; seed < (isPowerCut ? 5UL : 1); seed++)
            {
                SimulatedDisk disk = prepared.Copy();
                wasCompleted = await ChangeUntilAsync(disk, change, at);
                if (isPowerCut)
                {
                    disk.PowerCut(((ulong)at * 100) + seed);
                }
                else
                {
                    disk.ProcessKill();
                }

                cut += disk.AllFiles().Count(path => path.EndsWith(".segment", StringComparison.Ordinal) && disk.FileLength(path) < lengths.GetValueOrDefault(path));
                await CheckAsync(disk, change, wasCompleted, $"{change} at {at}, seed {seed}");
            }
        }

        // A name goes before its bytes: only a power cut brings one back that stands for a part of a file.
        Assert.Equal(isPowerCut, cut > 0);
    }

    private static async Task<SimulatedDisk> PrepareAsync()
    {
        var disk = new SimulatedDisk(5);
        DataFolder folder = await DataFolder.OpenAsync(disk, CrashCase.Path, CrashCase.Options);
        foreach (string name in (string[])[Kept, Deleted])
        {
            DiskLog log = await folder.CreateLogAsync(name, new LogOptions { SegmentSizeBytes = 4096, CommitRule = CommitRule.WhenTold });
            for (int append = 0; append < 20; append++)
            {
                await log.AppendAsync(BatchAt(append));
            }
        }

        await folder.DisposeAsync();
        return disk;
    }

    // Whether the change, what followed it, and two checkpoints came to their end before the crash.
    private static async Task<bool> ChangeUntilAsync(SimulatedDisk disk, string change, long at)
    {
        DataFolder folder = await DataFolder.OpenAsync(disk, CrashCase.Path, CrashCase.Options);
        disk.CrashAt = disk.OperationCount + at;
        try
        {
            DiskLog log = folder.FindLog(Kept)!;
            switch (change)
            {
                case "trim":
                    log.AdvanceCommitted(new Offset(20));
                    await log.TrimAsync(new Offset(10));
                    break;
                case "truncate":
                    await log.TruncateAsync(new Offset(10));
                    break;
                default:
                    await folder.DeleteLogAsync(Deleted);
                    break;
            }

            folder.Checkpoint();

            // The next catalog does not list what was deleted, and nothing in it has a new name, whose sync would make the deletion durable.
            await log.SetOptionsAsync(log.Options with { RetentionMs = 1 });
            folder.Checkpoint();
            await folder.DisposeAsync();
            return true;
        }
        catch (Exception cause) when (cause is DuramenException or SimulatedCrashException && disk.OperationCount >= disk.CrashAt)
        {
            await CrashCase.CrashNowAsync(disk, folder);
            return false;
        }
    }

    private static async Task CheckAsync(SimulatedDisk disk, string change, bool wasCompleted, string which)
    {
        DataFolder folder = await DataFolder.OpenAsync(disk, CrashCase.Path, CrashCase.Options);
        DiskLog log = folder.FindLog(Kept)!;
        LogWatermarks marks = log.Watermarks;
        Assert.Contains(marks.Start.Value, change == "trim" ? [0, 10] : new long[] { 0 });
        Assert.Contains(marks.End.Value, change == "truncate" ? [10, 20] : new long[] { 20 });
        if (wasCompleted)
        {
            Assert.Equal((change == "trim" ? 10 : 0, change == "truncate" ? 10 : 20), (marks.Start.Value, marks.End.Value));
            Assert.Equal(change != "delete", folder.FindLog(Deleted) is not null);
        }

        log.AdvanceCommitted(marks.End);
        for (Offset next = marks.Start; next < marks.End;)
        {
            using LogSlice slice = await log.ReadAsync(next, new ReadLimits(1));
            Assert.Equal(Batches.Stamped(BatchAt((int)next.Value), next.Value), slice.Batches.ToArray());
            next = slice.NextOffset;
        }

        await log.AppendAsync(BatchAt((int)marks.End.Value));
        folder.Checkpoint();
        var known = new HashSet<string>(folder.Logs.SelectMany(each => each.Segments).SelectMany(segment => (string[])[segment.FilePath, segment.IndexPath]));
        IEnumerable<string> left = disk.AllFiles().Where(path => path.StartsWith($"{CrashCase.Path}/{FolderLayout.LogsFolder}/", StringComparison.Ordinal) && !known.Contains(path));
        Assert.True(!left.Any(), $"{which}: {string.Join(", ", left)} should be deleted\n{disk.Trace}");
        Assert.Equal(folder.Logs.Count, disk.ListFolders($"{CrashCase.Path}/{FolderLayout.LogsFolder}").Count);
        await folder.DisposeAsync();
    }

    private static byte[] BatchAt(int offset) => Batches.Of($"batch {offset}", 1, 1500);
}
