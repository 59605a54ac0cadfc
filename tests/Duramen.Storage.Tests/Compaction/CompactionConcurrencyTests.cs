using Duramen.Core.Ids;
using Duramen.Disk;
using Duramen.Disk.Memory;
using Duramen.Disk.Simulated;
using Duramen.Log;
using Duramen.Records.Batches;
using Duramen.Storage.Logs;
using Duramen.Storage.Segments;

namespace Duramen.Storage.Tests.Compaction;

public sealed class CompactionConcurrencyTests
{
    [Fact]
    public async Task Appends_and_reads_go_on_during_compaction()
    {
        await using KeyedLog log = await KeyedLog.CreateAsync(new MemoryDisk());
        await log.AppendRandomAsync(new Random(31), 500, keys: 30);
        using var stop = new CancellationTokenSource();
        Task<int>[] readers = [.. Enumerable.Range(0, 2).Select(seed => Task.Run(() => ReadUntilAsync(log.Log, new Random(seed), stop.Token)))];
        Task appends = Task.Run(async () =>
        {
            var random = new Random(32);
            for (int run = 0; run < 40; run++)
            {
                await log.AppendRandomAsync(random, 20, keys: 30);
            }
        });

        int compactions = 0;
        while (!appends.IsCompleted || compactions < 5)
        {
            await log.CompactAsync();
            log.Folder.Checkpoint();
            compactions++;
        }

        await appends;
        await stop.CancelAsync();
        int[] reads = await Task.WhenAll(readers);
        Assert.All(reads, count => Assert.True(count > 0));
        await log.CompactAsync();
        Assert.Equal(log.Expected(), await log.ReadAsync());
    }

    [Fact]
    public async Task A_reader_that_is_in_a_segment_when_it_is_replaced_reads_on()
    {
        var disk = new SimulatedDisk(3);
        await using KeyedLog log = await KeyedLog.CreateAsync(disk);
        await log.AppendRandomAsync(new Random(33), 300, keys: 10);
        await log.Log.RollAsync();
        log.Folder.Checkpoint();
        Segment[] before = log.Log.Segments;
        Assert.True(before[1].TryAcquire());

        await log.CompactAsync();
        log.Folder.Checkpoint();

        Assert.True(before[1].IsDropped);
        Assert.False(disk.FileExists(before[0].FilePath));
        byte[] bytes = new byte[before[1].State.SizeBytes];
        Assert.Equal(bytes.Length, before[1].OpenExisting().Read(bytes, 0));
        Assert.True(RecordBatchView.TryRead(bytes, out RecordBatchView batch) && batch.BaseOffset == before[1].Id.BaseOffset);
        before[1].Release();
        log.Folder.Checkpoint();
        Assert.False(disk.FileExists(before[1].FilePath));
        Assert.Equal(log.Expected(), await log.ReadAsync());
    }

    [Fact]
    public async Task A_reader_whose_segment_is_trimmed_before_it_opens_the_file_finds_it_and_nobody_after_it()
    {
        var disk = new SimulatedDisk(7);
        await using (KeyedLog log = await KeyedLog.CreateAsync(disk))
        {
            await log.AppendRandomAsync(new Random(38), 300, keys: 10);
        }

        await using KeyedLog again = await KeyedLog.ReopenAsync(disk, []);
        Segment first = again.Log.Segments[0];
        Assert.True(first.TryAcquire());
        await again.Log.TrimAsync(again.Log.Segments[1].Id.BaseOffset);
        again.Folder.Checkpoint();

        Assert.Equal(first.State.SizeBytes, first.OpenExisting().Length);
        LogException refusal = await Assert.ThrowsAnyAsync<LogException>(() => again.Log.ReadAsync(Offset.Zero, ReadLimits.Default).AsTask());
        Assert.Equal(LogErrors.OffsetOutOfRange, refusal.Code);

        // No other checkpoint is needed: what was read is looked for again until it is not.
        first.Release();
        Assert.Null(SealedSegmentReader.TryOpen(again.Log, first));
        Assert.True(SpinWait.SpinUntil(() => !disk.FileExists(first.FilePath), TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public async Task Trimming_during_compaction_wins()
    {
        // The trim comes while the first new segment is being written.
        var disk = new SimulatedDisk(4);
        await using KeyedLog log = await KeyedLog.CreateAsync(disk);
        await log.AppendRandomAsync(new Random(34), 300, keys: 200);
        await log.Log.RollAsync();
        log.Folder.Checkpoint();
        Task? trim = null;
        using var trimmed = new ManualResetEventSlim();
        disk.BeforeOperation = operation =>
        {
            if (trim is null && operation.Kind == DiskOperationKind.Create && operation.Path.EndsWith(".unfinished", StringComparison.Ordinal))
            {
                trim = Task.Run(() => log.Log.TrimAsync(new Offset(150)).AsTask());
            }
        };

        await log.CompactAsync();
        await trim!;

        Assert.Equal(150, log.Log.Watermarks.Start.Value);
        List<KeyedRecord> read = (await log.ReadAsync()).FindAll(record => record.Offset >= 150);
        Assert.Equal(log.Expected().FindAll(record => record.Offset >= 150), read);
    }

    [Fact]
    public async Task A_log_is_deleted_while_it_is_compacted()
    {
        var disk = new SimulatedDisk(5);
        await using KeyedLog log = await KeyedLog.CreateAsync(disk);
        await log.AppendRandomAsync(new Random(35), 500, keys: 300);
        string folder = log.Log.Folder;
        Task? deletion = null;
        disk.BeforeOperation = operation =>
        {
            if (deletion is null && operation.Path.EndsWith(".unfinished", StringComparison.Ordinal))
            {
                deletion = Task.Run(() => log.Folder.DeleteLogAsync(KeyedLog.Name).AsTask());
                SpinWait.SpinUntil(() => log.Log.Leaving.IsCancellationRequested);
            }
        };

        try
        {
            await log.CompactAsync();
        }
        catch (LogException refusal) when (refusal.Code == LogErrors.Closed)
        {
            // It was stopped in time.
        }

        await deletion!;
        log.Folder.Checkpoint();

        Assert.Null(log.Folder.FindLog(KeyedLog.Name));
        Assert.False(disk.FolderExists(folder));
        Assert.Equal(LogErrors.Closed, (await Assert.ThrowsAnyAsync<LogException>(log.CompactAsync)).Code);
    }

    [Fact]
    public async Task A_cancelled_compaction_leaves_nothing_behind_and_loses_nothing()
    {
        var disk = new SimulatedDisk(6);
        await using KeyedLog log = await KeyedLog.CreateAsync(disk, KeyedLog.FolderOptions() with { CompactionBytesPerSecond = 1 << 20 });
        await log.AppendRandomAsync(new Random(36), 3000, keys: 2500);
        using var cancellation = new CancellationTokenSource();
        disk.BeforeOperation = operation =>
        {
            if (operation.Path.EndsWith(".unfinished", StringComparison.Ordinal))
            {
                cancellation.Cancel();
            }
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => log.Folder.CompactAsync(log.Log, force: true, cancellation.Token));

        Assert.DoesNotContain(disk.AllFiles(), path => path.EndsWith(".unfinished", StringComparison.Ordinal));
        List<KeyedRecord> read = await log.ReadAsync();
        Assert.Empty(log.Expected().Except(read));
        Assert.Empty(read.Except(log.Appended));
        disk.BeforeOperation = null;
        await log.CompactAsync();
        Assert.Equal(log.Expected(), await log.ReadAsync());
    }

    [Fact]
    public async Task The_upkeep_of_a_folder_compacts_what_is_due()
    {
        var time = new FakeTime();
        StorageOptions options = KeyedLog.FolderOptions(time) with { MaintenanceInterval = TimeSpan.FromSeconds(10), ScrubBytesPerSecond = 0 };
        await using KeyedLog log = await KeyedLog.CreateAsync(new MemoryDisk(), options);
        await log.AppendRandomAsync(new Random(37), 300, keys: 5);
        await log.Log.RollAsync();
        Assert.True(SpinWait.SpinUntil(() => time.Waiting > 0, TimeSpan.FromSeconds(60)));
        Assert.Equal(300, (await log.ReadAsync()).Count);

        time.Advance(TimeSpan.FromSeconds(10));

        Assert.True(SpinWait.SpinUntil(() => log.Log.CompactedTo == new Offset(300), TimeSpan.FromSeconds(60)));
        Assert.Equal(log.Expected(), await log.ReadAsync());
    }

    // Reads from random offsets on; whatever is read must be whole, in order, and end at the committed end.
    private static async Task<int> ReadUntilAsync(DiskLog log, Random random, CancellationToken stop)
    {
        int reads = 0;
        while (!stop.IsCancellationRequested || reads == 0)
        {
            var from = new Offset(random.NextInt64(log.Watermarks.Committed.Value));
            List<KeyedRecord> records = await KeyedLog.ReadAsync(log, from);
            for (int index = 1; index < records.Count; index++)
            {
                Assert.True(records[index].Offset > records[index - 1].Offset);
            }

            reads++;
        }

        return reads;
    }
}
