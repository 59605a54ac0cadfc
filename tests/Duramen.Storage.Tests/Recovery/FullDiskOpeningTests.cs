using Duramen.Core.Binary;
using Duramen.Disk.Simulated;
using Duramen.Log;
using Duramen.Records.Batches;
using Duramen.Storage.Folders;
using Duramen.Storage.Logs;
using Xunit;

namespace Duramen.Storage.Tests.Recovery;

public sealed class FullDiskOpeningTests
{
    private static readonly StorageOptions Options = new() { JournalFileSizeBytes = 64 << 10, JournalFilesMax = 4, MaintenanceInterval = TimeSpan.Zero };

    [Fact]
    public async Task A_folder_whose_disk_is_full_opens_and_is_read_and_goes_on_once_there_is_room()
    {
        var disk = new SimulatedDisk(1);
        DataFolder killed = await DataFolder.OpenAsync(disk, "/data", Options);
        DiskLog log = await killed.CreateLogAsync("a log");
        for (int batch = 0; batch < 20; batch++)
        {
            await log.AppendAsync(Batch(batch));
        }

        killed.Abandon();
        disk.ProcessKill();
        disk.CapacityBytes = 1;

        var notices = new List<string>();
        await using (DataFolder full = await DataFolder.OpenAsync(disk, "/data", Options with { Notice = notices.Add }))
        {
            Assert.Equal(20, await CountAsync(full.FindLog("a log")!));
        }

        Assert.Contains(notices, notice => notice.Contains("the disk is full", StringComparison.Ordinal));

        disk.CapacityBytes = null;
        await using DataFolder roomy = await DataFolder.OpenAsync(disk, "/data", Options);
        await roomy.FindLog("a log")!.AppendAsync(Batch(20));
        Assert.Equal(21, await CountAsync(roomy.FindLog("a log")!));
    }

    private static byte[] Batch(int number)
    {
        using var builder = new RecordBatchBuilder();
        builder.Append(number, NullableBytes.Null, new byte[100]);
        return builder.Build().ToArray();
    }

    private static async Task<long> CountAsync(DiskLog log)
    {
        long count = 0;
        for (LogWatermarks marks = log.Watermarks; count < marks.Committed.Value;)
        {
            using LogSlice slice = await log.ReadAsync(new Duramen.Core.Ids.Offset(count), ReadLimits.Default);
            count = slice.NextOffset.Value;
        }

        return count;
    }
}
