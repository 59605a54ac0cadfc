using Duramen.Disk;
using Duramen.Disk.Simulated;
using Duramen.Log;
using Duramen.Storage.Compaction;
using Duramen.Storage.Folders;

namespace Duramen.Storage.Tests.Compaction;

/// <summary>
/// Compaction on a disk that crashes, fills up or fails. The log has compacted segments and dirty ones, the last of which is sealed and flushed by
/// the compaction itself.
/// </summary>
public sealed class CompactionCrashTests
{
    [Theory]
    [InlineData(true, 1 << 20)]
    [InlineData(false, 1 << 20)]
    [InlineData(true, 24 * 24)]
    public async Task A_crash_at_any_point_loses_nothing_that_counts(bool isPowerCut, int memoryBytes)
    {
        (SimulatedDisk prepared, List<KeyedRecord> appended) = await PrepareAsync();
        bool wasCompleted = false;
        int crashes = 0;
        for (int operation = 1; !wasCompleted; operation++)
        {
            SimulatedDisk disk = prepared.Copy();
            wasCompleted = await CompactUntilAsync(disk, appended, operation, memoryBytes);
            crashes += wasCompleted ? 0 : 1;
            if (isPowerCut)
            {
                disk.PowerCut((ulong)operation);
            }
            else
            {
                disk.ProcessKill();
            }

            await CheckAsync(disk, appended);
        }

        // Creating, writing, syncing and renaming two files, the folder's sync and the journal entry, at the very least.
        Assert.True(crashes > 10);
    }

    [Fact]
    public async Task A_full_disk_stops_compaction_and_nothing_else()
    {
        (SimulatedDisk prepared, List<KeyedRecord> appended) = await PrepareAsync();
        int refusals = 0;
        for (long room = 0; ; room += 4096)
        {
            SimulatedDisk disk = prepared.Copy();
            await using KeyedLog log = await KeyedLog.ReopenAsync(disk, appended);
            await log.Log.RollAsync();
            log.Folder.Checkpoint();
            disk.CapacityBytes = Used(disk) + room;
            try
            {
                await log.CompactAsync();
                disk.CapacityBytes = null;
                break;
            }
            catch (StorageException exception) when (exception.Code == LogErrors.Full)
            {
                refusals++;
            }

            Assert.DoesNotContain(disk.AllFiles(), path => path.EndsWith(".unfinished", StringComparison.Ordinal));
            disk.CapacityBytes = null;
            await log.AppendAsync([("after", "it")]);
            await log.CompactAsync();
            Assert.Equal(log.Expected(), await log.ReadAsync());
        }

        Assert.True(refusals > 0);
    }

    [Fact]
    public async Task A_failed_sync_stops_the_folder()
    {
        (SimulatedDisk disk, List<KeyedRecord> appended) = await PrepareAsync();
        KeyedLog log = await KeyedLog.ReopenAsync(disk, appended);
        log.Folder.Checkpoint();
        bool isArmed = false;
        disk.BeforeOperation = operation =>
        {
            if (!isArmed && operation.Path.EndsWith(".segment.unfinished", StringComparison.Ordinal))
            {
                isArmed = true;
                disk.AddFault(new DiskFault(DiskOperationKind.Sync, operation.Path, 1));
            }
        };

        await Assert.ThrowsAsync<DiskException>(log.CompactAsync);

        LogException refusal = await Assert.ThrowsAnyAsync<LogException>(() => log.AppendAsync([("a", "1")]));
        Assert.Equal(LogErrors.Failed, refusal.Code);
        await log.DisposeAsync();
        disk.BeforeOperation = null;
        disk.PowerCut(1);
        await CheckAsync(disk, appended);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Damaged_input_stops_compaction_and_changes_nothing(int segment)
    {
        (SimulatedDisk disk, List<KeyedRecord> appended) = await PrepareAsync();
        await using KeyedLog log = await KeyedLog.ReopenAsync(disk, appended);
        await log.Log.RollAsync();
        log.Folder.Checkpoint();
        string path = log.Log.Segments[segment].FilePath;
        disk.FlipBit(path, disk.FileLength(path) - 3, 5);
        var before = log.Log.Segments;

        StorageException damage = await Assert.ThrowsAsync<StorageException>(log.CompactAsync);

        Assert.Equal(LogErrors.Corrupt, damage.Code);
        Assert.Contains(path, damage.Message, StringComparison.Ordinal);
        Assert.Contains("byte", damage.Message, StringComparison.Ordinal);
        Assert.Equal(before, log.Log.Segments);
        Assert.DoesNotContain(disk.AllFiles(), file => file.EndsWith(".unfinished", StringComparison.Ordinal));
        disk.FlipBit(path, disk.FileLength(path) - 3, 5);
        await log.CompactAsync();
        Assert.Equal(log.Expected(), await log.ReadAsync());
    }

    private static async Task<(SimulatedDisk Disk, List<KeyedRecord> Appended)> PrepareAsync()
    {
        var disk = new SimulatedDisk(1);
        KeyedLog log = await KeyedLog.CreateAsync(disk);
        await log.AppendRandomAsync(new Random(21), 90, keys: 20);
        await log.CompactAsync();
        await log.AppendRandomAsync(new Random(22), 110, keys: 20);
        var appended = new List<KeyedRecord>(log.Appended);
        await log.DisposeAsync();
        return (disk, appended);
    }

    // Whether the compaction, and closing the folder, came to their end before the crash.
    private static async Task<bool> CompactUntilAsync(SimulatedDisk disk, List<KeyedRecord> appended, int operation, int memoryBytes)
    {
        KeyedLog log = await KeyedLog.ReopenAsync(disk, appended, KeyedLog.FolderOptions(memoryBytes: memoryBytes));
        bool isDone = false;
        disk.CrashAt = disk.OperationCount + operation;
        try
        {
            await log.CompactAsync();
            log.Folder.Checkpoint();
            isDone = true;
        }
        catch (Exception exception) when (exception is SimulatedCrashException or LogException)
        {
        }

        try
        {
            await log.DisposeAsync();
        }
        catch (SimulatedCrashException)
        {
            isDone = false;
        }

        return isDone;
    }

    private static async Task CheckAsync(SimulatedDisk disk, List<KeyedRecord> appended)
    {
        await using KeyedLog log = await KeyedLog.ReopenAsync(disk, appended);

        // Every record that must be there is there, and every other one is one that was appended.
        List<KeyedRecord> read = await log.ReadAsync();
        Assert.Empty(log.Expected().Except(read));
        Assert.Empty(read.Except(appended));
        Assert.Equal(read.OrderBy(record => record.Offset), read);
        Assert.Equal(appended.Count, log.Log.Watermarks.End.Value);

        log.Folder.Checkpoint();
        var known = new HashSet<string>(log.Log.Segments.SelectMany(segment => (string[])[segment.FilePath, segment.IndexPath]));
        Assert.DoesNotContain(disk.AllFiles(), path => path.StartsWith(log.Log.Folder, StringComparison.Ordinal) && !known.Contains(path));

        await log.CompactAsync();
        Assert.Equal(log.Expected(), await log.ReadAsync());
    }

    private static long Used(SimulatedDisk disk) =>
        disk.AllFiles().Sum(path => (disk.FileLength(path) + 4095) / 4096 * 4096);
}
