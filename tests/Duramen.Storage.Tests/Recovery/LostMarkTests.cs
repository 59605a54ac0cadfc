using Duramen.Disk.Simulated;
using Duramen.Storage.Folders;
using Duramen.Storage.Logs;
using Duramen.Storage.Tests.Formats;
using Xunit;

namespace Duramen.Storage.Tests.Recovery;

public sealed class LostMarkTests
{
    private static readonly StorageOptions Options = new() { JournalFileSizeBytes = 2 << 20, JournalFilesMax = 16, MaintenanceInterval = TimeSpan.Zero };

    [Fact]
    public async Task Groups_behind_a_damaged_first_group_of_a_journal_file_are_not_cut_when_the_mark_is_lost()
    {
        var disk = new SimulatedDisk();
        DataFolder folder = await DataFolder.OpenAsync(disk, "/data", Options);
        DiskLog log = await folder.CreateLogAsync("a log");
        byte[] markBefore = disk.ReadContent("/data/journal/synced");
        for (int append = 0; append < 400; append++)
        {
            await log.AppendAsync(Examples.Batch());
        }

        SimulatedDisk crashed = disk.Copy();
        await folder.DisposeAsync();
        crashed.ProcessKill();
        crashed.RestoreContent("/data/journal/synced", markBefore);
        crashed.FlipBit("/data/journal/001.journal", 100, 0);

        StorageException refusal = await Assert.ThrowsAsync<StorageException>(() => DataFolder.OpenAsync(crashed, "/data", Options).AsTask());
        Assert.Equal(StorageErrors.JournalCorrupt, refusal.Code);
    }
}
