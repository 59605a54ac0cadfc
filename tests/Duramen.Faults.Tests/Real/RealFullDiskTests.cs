using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.Disk.Posix;
using Duramen.Faults.Tests.Oracle;
using Duramen.Faults.Tests.Simulated;
using Duramen.Log;
using Duramen.Storage;
using Duramen.Storage.Folders;
using Duramen.Storage.Logs;
using Duramen.Testing.PowerCut;
using Xunit;
using Xunit.Abstractions;

namespace Duramen.Faults.Tests.Real;

/// <summary>A small real ext4 fills up and gets room again. Where none can be mounted, the output says so.</summary>
public sealed class RealFullDiskTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_real_full_disk_refuses_appends_clearly_and_takes_them_again_when_there_is_room()
    {
        if (LoopMount.WhyUnavailable is string reason)
        {
            output.WriteLine($"NO REAL FULL DISK on this machine ({reason}); the simulated disk is tried instead.");
            await new FullDiskTests().A_full_disk_refuses_appends_clearly_reads_go_on_and_appends_work_again_when_there_is_room();
            return;
        }

        using LoopMount mount = LoopMount.Create(24);
        string path = Path.Combine(mount.Folder, "data");
        string ballast = Path.Combine(mount.Folder, "ballast");
        await File.WriteAllBytesAsync(ballast, new byte[6 << 20]);
        var options = new StorageOptions { JournalFileSizeBytes = 2 << 20, JournalFilesMax = 3, MaintenanceInterval = TimeSpan.Zero };
        var acknowledged = new List<byte[]>();
        DataFolder folder = await DataFolder.OpenAsync(new PosixDisk(), path, options);
        DiskLog log = await folder.CreateLogAsync("one", new LogOptions { SegmentSizeBytes = 1 << 20 });
        DuramenException? full = null;
        for (int append = 0; append < 20_000 && full is null; append++)
        {
            full = await TryAppendAsync(log, acknowledged, append % 20 == 19 ? 200_000 : 5000);
        }

        Assert.Equal(LogErrors.Full, full?.Code);
        await CompareAsync(log, acknowledged);
        File.Delete(ballast);
        int refused = 0;
        while (await TryAppendAsync(log, acknowledged, 5000) is DuramenException still)
        {
            Assert.True(still.Code == LogErrors.Full && ++refused < 1200, still.ToString());
            await Task.Delay(50);
        }

        Assert.Null(await TryAppendAsync(log, acknowledged, 200_000));
        await folder.DisposeAsync();
        mount.PowerCut();
        await using DataFolder again = await DataFolder.OpenAsync(new PosixDisk(), path, options);
        await CompareAsync(again.FindLog("one")!, acknowledged);
        output.WriteLine($"{acknowledged.Count} appends on a real ext4 of 24 MiB");
    }

    private static async Task<DuramenException?> TryAppendAsync(DiskLog log, List<byte[]> acknowledged, int valueBytes)
    {
        byte[] batch = Batches.Of($"batch {acknowledged.Count}", 1, valueBytes);
        try
        {
            AppendResult result = await log.AppendAsync(batch);
            acknowledged.Add(Batches.Stamped(batch, result.BaseOffset.Value));
            return null;
        }
        catch (DuramenException error)
        {
            return error;
        }
    }

    private static async Task CompareAsync(DiskLog log, List<byte[]> acknowledged)
    {
        Assert.Equal(acknowledged.Count, log.Watermarks.Committed.Value);
        int at = 0;
        for (Offset next = Offset.Zero; next < log.Watermarks.Committed;)
        {
            using LogSlice slice = await log.ReadAsync(next, ReadLimits.Default);
            for (ReadOnlyMemory<byte> rest = slice.Batches; !rest.IsEmpty; rest = rest[acknowledged[at++].Length..])
            {
                Assert.True(rest.Span.StartsWith(acknowledged[at]));
            }

            next = slice.NextOffset;
        }
    }
}
