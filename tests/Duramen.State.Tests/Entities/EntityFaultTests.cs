using System.Buffers.Binary;
using Duramen.Core.Checksums;
using Duramen.Core.Ids;
using Duramen.Disk;
using Duramen.Disk.Memory;
using Duramen.Disk.Simulated;
using Duramen.Log;
using Duramen.Log.Memory;
using Duramen.Records.Batches;
using Duramen.State.Entities;
using Duramen.State.Tables;
using Duramen.State.Tests.Tables;
using Duramen.Storage;
using Duramen.Storage.Folders;
using Duramen.Storage.Logs;

namespace Duramen.State.Tests.Entities;

/// <summary>What goes wrong under entities, and what their callers are told.</summary>
public sealed class EntityFaultTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly List<string> _notices = [];

    [Fact]
    public async Task An_append_that_met_a_failing_disk_has_an_unknown_outcome_until_it_is_sent_again()
    {
        var disk = new SimulatedDisk(1);
        var options = new StorageOptions { MaintenanceInterval = TimeSpan.Zero };
        DataFolder folder = await DataFolder.OpenAsync(disk, "/data/folder", options);
        DiskLog log = await folder.CreateLogAsync("orders");
        EntityLog entities = EntityLog.Open(new MemoryDisk(), "/entities", log);
        await entities.AppendAsync("a", ["one"], requestId: "r1");
        disk.AddFault(new DiskFault(DiskOperationKind.Write, Times: 1));
        for (int attempt = 0; attempt < 2; attempt++)
        {
            EntityException unknown = await Assert.ThrowsAsync<EntityException>(
                () => entities.AppendAsync("a", ["two"], new EntityVersion(1), "r2").AsTask().WaitAsync(Patience));
            Assert.Equal(EntityErrors.OutcomeUnknown, unknown.Code);
        }

        await entities.DisposeAsync();
        await folder.DisposeAsync();
        await using DataFolder again = await DataFolder.OpenAsync(disk, "/data/folder", options);
        await using EntityLog reopened = EntityLog.Open(new MemoryDisk(), "/entities", again.FindLog("orders")!);
        Assert.Equal(2, (await reopened.AppendAsync("a", ["two"], new EntityVersion(1), "r2")).Version.Value);
        Assert.Equal("v2 [1:one@0 2:two@1]", await reopened.ReadTextAsync("a"));
    }

    [Fact]
    public async Task A_log_that_is_closed_says_that_nothing_was_appended()
    {
        var log = new MemoryLog(new LogId(Guid.NewGuid()), "orders");
        await using EntityLog entities = EntityLog.Open(new MemoryDisk(), "/entities", log);
        await entities.AppendAsync("a", ["one"]);
        await log.DisposeAsync();
        EntityException closed = await Assert.ThrowsAsync<EntityException>(() => entities.AppendAsync("a", ["two"]).AsTask().WaitAsync(Patience));
        Assert.Equal(LogErrors.Closed, closed.Code);
    }

    [Fact]
    public async Task A_batch_that_cannot_be_read_stops_the_entities_until_it_is_skipped()
    {
        var log = new MemoryLog(new LogId(Guid.NewGuid()), "orders");
        await using EntityLog entities = EntityLog.Open(new MemoryDisk(), "/entities", log, new EntityOptions { Notice = _notices.Add });
        await entities.AppendAsync("a", ["one"]);
        await log.AppendAsync(UnreadableBatch());
        TableException stopped = await Assert.ThrowsAsync<TableException>(() => entities.ReadAsync("a").AsTask().WaitAsync(Patience));
        Assert.Equal(TableErrors.Stopped, stopped.Code);
        EntityException undecided = await Assert.ThrowsAsync<EntityException>(() => entities.AppendAsync("a", ["two"]).AsTask().WaitAsync(Patience));
        Assert.Equal(TableErrors.Stopped, undecided.Code);
        Assert.Equal(new Offset(1), entities.Fault!.Offset);

        entities.Skip();
        await entities.AppendAsync("a", ["two"], new EntityVersion(1));
        Assert.Equal("v2 [1:one@0 2:two@2]", await entities.ReadTextAsync("a"));
        Assert.Contains("skips from offset 1", Assert.Single(_notices), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_index_is_made_again_from_the_log_and_that_is_said()
    {
        var disk = new SimulatedDisk(2);
        var log = new MemoryLog(new LogId(Guid.NewGuid()), "orders");
        var options = new EntityOptions { MemoryBytes = 1 << 20, RecentBytes = 4 << 10, Notice = _notices.Add };
        await using (EntityLog entities = EntityLog.Open(disk, "/entities", log, options))
        {
            for (int append = 0; append < 200; append++)
            {
                await entities.AppendAsync($"k{append % 7}", ["x"]);
            }

            // The index has everything then, and closing it writes that down.
            await entities.GetVersionAsync("k0");
        }

        string run = disk.AllFiles().First(path => path.EndsWith(".run", StringComparison.Ordinal));
        disk.FlipBit(run, 20, 3);
        disk.EvictCache();
        await using EntityLog reopened = EntityLog.Open(disk, "/entities", log, options);
        NaiveEntities naive = await NaiveEntities.ReadAsync(log);
        await Eventually(async () => await naive.CheckAsync(reopened));
        Assert.NotEmpty(_notices);
        Assert.Equal(30, (await reopened.AppendAsync("k0", ["x"], new EntityVersion(29))).Version.Value);
    }

    [Fact]
    public async Task An_index_that_was_left_behind_by_trimming_is_made_again_and_that_is_said()
    {
        var disk = new MemoryDisk();
        var log = new MemoryLog(new LogId(Guid.NewGuid()), "orders");
        await using (EntityLog entities = EntityLog.Open(disk, "/entities", log))
        {
            await entities.AppendAsync("a", ["one"]);
            await entities.GetVersionAsync("a");
        }

        await log.AppendAsync(("a", "two"), ("a", "three"));
        await log.TrimAsync(new Offset(2));
        await using EntityLog reopened = EntityLog.Open(disk, "/entities", log, new EntityOptions { Notice = _notices.Add });
        Assert.Equal("v1 [1:three@2]", await reopened.ReadTextAsync("a"));
        Assert.Contains("folded again", Assert.Single(_notices), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Producers_that_append_all_the_time_do_not_keep_appends_to_entities_out()
    {
        await using DataFolder folder = await DataFolder.OpenAsync(new MemoryDisk(), "/data", new StorageOptions { MaintenanceInterval = TimeSpan.Zero });
        DiskLog log = await folder.CreateLogAsync("orders");
        await using EntityLog entities = EntityLog.Open(new MemoryDisk(), "/entities", log);
        using var isOver = new CancellationTokenSource();
        Task[] producers = [.. Enumerable.Range(0, 8).Select(producer => Task.Run(async () =>
        {
            while (!isOver.IsCancellationRequested)
            {
                await log.AppendAsync(($"foreign{producer}", "x"), ("shared", "x"));
            }
        }))];
        EntityVersion version = default;
        for (int append = 0; append < 100; append++)
        {
            version = (await entities.AppendAsync("mine", ["x"], version).AsTask().WaitAsync(Patience)).Version;
        }

        Assert.Equal(100, version.Value);
        Assert.DoesNotContain(producers, producer => producer.IsCompleted);
        await isOver.CancelAsync();
        await Task.WhenAll(producers);
    }

    private async Task Eventually(Func<Task> check)
    {
        // A read that meets the damage gives no answer; the index is replaced then.
        while (true)
        {
            try
            {
                await check();
                return;
            }
            catch (Duramen.State.Store.StoreException damaged) when (damaged.Code == Duramen.State.Store.StoreErrors.Damaged && _notices.Count < 3)
            {
            }
        }
    }

    private static byte[] UnreadableBatch()
    {
        using var builder = new RecordBatchBuilder();
        builder.Append(0, "a"u8, "x"u8);
        byte[] batch = builder.Build().ToArray();
        batch[RecordBatchLayout.Records] = 0x7F;
        BinaryPrimitives.WriteUInt32BigEndian(batch.AsSpan(RecordBatchLayout.Crc), Crc32C.Compute(batch.AsSpan(RecordBatchLayout.Attributes)));
        return batch;
    }
}
