using Duramen.Core.Ids;
using Duramen.Disk.Memory;
using Duramen.Log;
using Duramen.State.Audit;
using Duramen.Storage;
using Duramen.Storage.Folders;
using Duramen.Storage.Logs;

namespace Duramen.State.Tests.Audit;

/// <summary>Trails over logs of a data folder.</summary>
public sealed class FolderAuditTests
{
    private static readonly StorageOptions Options = new() { MaintenanceInterval = TimeSpan.Zero };

    [Fact]
    public async Task A_log_on_disk_has_the_root_of_the_same_log_in_memory_also_when_it_is_opened_again()
    {
        var disk = new MemoryDisk();
        AuditSeal before;
        await using (DataFolder folder = await DataFolder.OpenAsync(disk, "/data", Options))
        {
            DiskLog log = await folder.CreateLogAsync("orders", new LogOptions { SegmentSizeBytes = 512 });
            await AppendAsync(log, 0, 40);
            using AuditTrail trail = await AuditTrailTests.InMemoryAsync(log);
            before = trail.Seal();
        }

        await using (DataFolder folder = await DataFolder.OpenAsync(disk, "/data", Options))
        {
            Assert.Equal(before, (await AuditTrailTests.InMemoryAsync(folder.FindLog("orders")!)).Seal());
        }

        Assert.Equal((await AuditTrailTests.InMemoryAsync(AuditLogs.Make(40))).Seal(), before);
    }

    [Fact]
    public async Task Compaction_is_reported_with_its_first_batch_and_changes_nothing_that_a_trail_has()
    {
        var disk = new MemoryDisk();
        await using DataFolder folder = await DataFolder.OpenAsync(disk, "/data", Options);
        DiskLog log = await folder.CreateLogAsync("orders", new LogOptions { SegmentSizeBytes = 512, Cleanup = CleanupPolicy.Compact });
        await AppendAsync(log, 0, 40);
        AuditSeal seal = await AuditTrailTests.KeepAsync(log, disk);
        await folder.CompactAsync(log, force: true);

        // Every batch has one key: batch 0 has one record, which stays; of the two of batch 1 the first goes.
        using AuditTrail trail = await AuditTrail.OpenAsync(log, disk, "/audit/orders");
        AuditReport report = await AuditCheck.RunAsync(trail, [seal]);
        Assert.Equal((AuditLogs.BaseOf(1), true), (report.Difference!.From, report.Difference.IsExact));
        Assert.Null(report.Seals.Single().Fault);
        Assert.Equal(StateErrors.AuditMismatch, (await Assert.ThrowsAsync<StateException>(async () => await trail.ProveAsync(AuditLogs.BaseOf(1)))).Code);

        // What is appended later is taken in as before.
        await AppendAsync(log, 40, 50);
        await trail.ExtendAsync();
        Assert.Equal((await AuditTrailTests.InMemoryAsync(AuditLogs.Make(50))).Seal(), trail.Seal());
        Assert.False((await AuditCheck.RunAsync(AuditTrail.InMemory(log), [seal])).IsSound);
    }

    private static async Task AppendAsync(DiskLog log, int from, int to)
    {
        for (int index = from; index < to; index++)
        {
            await log.AppendAsync(AuditLogs.Batch(index, $"batch {index}"));
        }
    }
}
