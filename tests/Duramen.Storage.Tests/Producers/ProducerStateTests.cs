using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Duramen.Disk;
using Duramen.Disk.Memory;
using Duramen.Log;
using Duramen.Log.Producers;
using Duramen.Records.Batches;
using Duramen.Storage.Folders;
using Duramen.Storage.Logs;
using Duramen.Storage.Tests.Compaction;
using Duramen.Storage.Verification;
using Xunit;

namespace Duramen.Storage.Tests.Producers;

/// <summary>What a log on disk knows of its producers outlives everything that happens to the log and its folder, and no longer than it should.</summary>
public sealed class ProducerStateTests
{
    private static readonly AppendOptions Checked = new(Producer: ProducerCheck.Sequences);

    private readonly MemoryDisk _disk = new();
    private readonly FakeTime _time = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Producers_are_remembered_when_a_folder_is_abandoned_with_some_in_the_catalog_and_some_in_the_journal(bool isLarge)
    {
        DataFolder folder = await OpenAsync();
        DiskLog log = await folder.CreateLogAsync("a");
        int valueBytes = isLarge ? 20_000 : 10;
        await AppendEachAsync(log, producer: 1, sequences: [0, 1, 2], valueBytes);
        folder.Checkpoint();
        await AppendEachAsync(log, producer: 1, sequences: [3, 4], valueBytes);
        await AppendEachAsync(log, producer: 2, sequences: [0], valueBytes);
        folder.Abandon();

        await using DataFolder again = await OpenAsync();
        log = again.FindLog("a")!;

        foreach (int sequence in (int[])[0, 1, 2, 3, 4])
        {
            Assert.Equal(Duplicate(sequence), await AppendAsync(log, 1, sequence, valueBytes: valueBytes));
        }

        Assert.Equal(Duplicate(5), await AppendAsync(log, 2, 0, valueBytes: valueBytes));
        Assert.Equal(AppendStatus.SequenceGap, (await log.TryAppendAsync(Batch(1, 6), Checked)).Status);
        Assert.Equal(new AppendResult(At(6), At(7)), await AppendAsync(log, 1, 5));
    }

    [Fact]
    public async Task A_truncation_takes_back_what_it_removes_also_when_it_is_replayed_over_a_catalog_from_before_it()
    {
        DataFolder folder = await OpenAsync();
        DiskLog log = await folder.CreateLogAsync("a", new LogOptions { CommitRule = CommitRule.WhenTold });
        await AppendEachAsync(log, producer: 1, sequences: [0, 1, 2, 3, 4, 5, 6, 7, 8]);
        log.AdvanceCommitted(At(2));
        folder.Checkpoint();
        await log.TruncateAsync(At(3));
        Assert.Equal(new AppendResult(At(3), At(4)), await AppendAsync(log, 1, 3));
        folder.Abandon();

        await using DataFolder again = await OpenAsync();
        log = again.FindLog("a")!;

        Assert.Equal(Duplicate(0), await AppendAsync(log, 1, 0));
        Assert.Equal(Duplicate(3), await AppendAsync(log, 1, 3));
        Assert.Equal(new AppendResult(At(4), At(5)), await AppendAsync(log, 1, 4));
    }

    [Fact]
    public async Task Appends_of_one_producer_that_are_queued_around_a_truncation_are_checked_against_what_is_left_of_it()
    {
        await using DataFolder folder = await OpenAsync();
        DiskLog log = await folder.CreateLogAsync("a", new LogOptions { CommitRule = CommitRule.WhenTold });
        for (int round = 0; round < 200; round++)
        {
            int sequence = 2 * round;
            Task<AppendResult>[] before = [AppendAsync(log, 1, sequence), AppendAsync(log, 1, sequence + 1), AppendAsync(log, 1, sequence + 2)];
            Task truncated = log.TruncateAsync(At(sequence + 2)).AsTask();
            Task<AppendOutcome> gone = log.TryAppendAsync(Batch(1, sequence + 3), Checked).AsTask();
            await Task.WhenAll([.. before, truncated, gone]);

            Assert.Equal((AppendStatus.SequenceGap, sequence + 2), ((await gone).Status, (await gone).Producer.NextSequence));
            log.AdvanceCommitted(At(sequence + 2));
        }
    }

    [Fact]
    public async Task Compaction_that_removes_the_batches_of_a_producer_does_not_make_it_forgotten()
    {
        await using (KeyedLog keyed = await KeyedLog.CreateAsync(_disk, KeyedLog.FolderOptions(_time)))
        {
            for (int sequence = 0; sequence < 100; sequence++)
            {
                await keyed.AppendAsync([("key", new string('v', 100))], shape: builder => builder.SetProducer(new ProducerId(1), 0, sequence));
            }

            await keyed.AppendAsync([("key", "last")]);
            Assert.True((await keyed.CompactAsync()).BytesAfter < 2048);
            await CheckAsync(keyed.Log);
        }

        await using DataFolder folder = await OpenAsync();
        await CheckAsync(folder.Logs[0]);

        static async Task CheckAsync(DiskLog log)
        {
            for (int sequence = 95; sequence < 100; sequence++)
            {
                Assert.Equal(Duplicate(sequence), await AppendAsync(log, 1, sequence));
            }

            Assert.Equal(AppendStatus.SequenceGap, (await log.TryAppendAsync(Batch(1, 94), Checked)).Status);
            Assert.Equal(AppendStatus.SequenceGap, (await log.TryAppendAsync(Batch(1, 101), Checked)).Status);
        }
    }

    [Fact]
    public async Task Retention_that_deletes_the_batches_of_a_producer_does_not_make_it_forgotten()
    {
        DataFolder folder = await OpenAsync();
        DiskLog log = await folder.CreateLogAsync("a", new LogOptions { Cleanup = CleanupPolicy.Delete, RetentionBytes = 0, SegmentSizeBytes = 256 });
        await AppendEachAsync(log, producer: 1, sequences: [0, 1, 2, 3, 4, 5]);
        await log.RollAsync();

        folder.Maintenance.RunOnce();

        Assert.Equal(At(6), log.Watermarks.Start);
        Assert.Equal(Duplicate(5), await AppendAsync(log, 1, 5));
        folder.Abandon();
        await using DataFolder again = await OpenAsync();
        Assert.Equal(Duplicate(1), await AppendAsync(again.FindLog("a")!, 1, 1));
    }

    [Fact]
    public async Task A_producer_is_forgotten_after_a_day_of_silence_and_may_begin_anywhere_then()
    {
        DataFolder folder = await OpenAsync();
        DiskLog log = await folder.CreateLogAsync("a");
        await AppendEachAsync(log, producer: 1, sequences: [0, 1]);
        _time.Advance(TimeSpan.FromHours(20));
        await AppendEachAsync(log, producer: 2, sequences: [0]);
        _time.Advance(TimeSpan.FromHours(4));

        folder.Maintenance.RunOnce();
        Assert.Equal(Duplicate(1), await AppendAsync(log, 1, 1));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        folder.Maintenance.RunOnce();

        Assert.Equal(new AppendResult(At(3), At(4)), await AppendAsync(log, 1, 500));
        Assert.Equal(Duplicate(2), await AppendAsync(log, 2, 0));
        folder.Abandon();

        // The same after the journal was replayed.
        await using DataFolder again = await OpenAsync();
        Assert.Equal(Duplicate(3), await AppendAsync(again.FindLog("a")!, 1, 500));
        Assert.Equal(AppendStatus.SequenceGap, (await again.FindLog("a")!.TryAppendAsync(Batch(1, 2), Checked)).Status);
    }

    [Fact]
    public async Task What_was_forgotten_stays_forgotten_when_the_journal_is_replayed_over_a_catalog_that_knew_it()
    {
        DataFolder folder = await OpenAsync();
        DiskLog log = await folder.CreateLogAsync("a");
        for (int producer = 0; producer < 250; producer++)
        {
            await AppendAsync(log, producer, 0);
        }

        folder.Checkpoint();
        _time.Advance(TimeSpan.FromDays(2));
        folder.Maintenance.RunOnce();
        folder.Abandon();

        await using DataFolder again = await OpenAsync();
        for (int producer = 0; producer < 250; producer++)
        {
            Assert.Equal(AppendStatus.Appended, (await again.FindLog("a")!.TryAppendAsync(Batch(producer, 77), Checked)).Status);
        }
    }

    [Fact]
    public async Task A_producer_whose_batches_are_not_committed_is_not_forgotten()
    {
        await using DataFolder folder = await OpenAsync();
        DiskLog log = await folder.CreateLogAsync("a", new LogOptions { CommitRule = CommitRule.WhenTold });
        await AppendEachAsync(log, producer: 1, sequences: [0]);
        await AppendEachAsync(log, producer: 2, sequences: [0]);
        log.AdvanceCommitted(At(1));
        _time.Advance(TimeSpan.FromDays(2));

        folder.Maintenance.RunOnce();

        Assert.Equal(AppendStatus.Appended, (await log.TryAppendAsync(Batch(1, 50), Checked)).Status);
        Assert.Equal(Duplicate(1), await AppendAsync(log, 2, 0));
    }

    [Fact]
    public async Task Producers_are_remembered_for_ever_when_that_is_asked()
    {
        await using DataFolder folder = await OpenAsync(TimeSpan.Zero);
        DiskLog log = await folder.CreateLogAsync("a");
        await AppendEachAsync(log, producer: 1, sequences: [0]);
        _time.Advance(TimeSpan.FromDays(1000));

        folder.Maintenance.RunOnce();

        Assert.Equal(Duplicate(0), await AppendAsync(log, 1, 0));
    }

    [Fact]
    public async Task A_log_remembers_only_so_many_producers_and_a_catalog_holds_them_all()
    {
        DataFolder folder = await OpenAsync();
        DiskLog log = await folder.CreateLogAsync("a");
        for (int producer = 0; producer <= ProducerLimits.ProducersPerLog; producer += 5)
        {
            // Unchecked, so that one append may carry several producers.
            byte[] several = [.. Enumerable.Range(producer, 5).SelectMany(each => Batch(each, 0))];
            await log.AppendAsync(several);
        }

        await folder.DisposeAsync();
        await using DataFolder again = await OpenAsync();
        log = again.FindLog("a")!;

        Assert.Equal(AppendStatus.SequenceGap, (await log.TryAppendAsync(Batch(5, 50), Checked)).Status);
        Assert.Equal(AppendStatus.Appended, (await log.TryAppendAsync(Batch(4, 50), Checked)).Status);
        Assert.Equal(AppendStatus.Appended, (await log.TryAppendAsync(Batch(5, 50), Checked)).Status);
    }

    [Fact]
    public async Task A_folder_with_producers_is_verified_without_a_defect()
    {
        await using (DataFolder folder = await OpenAsync())
        {
            DiskLog log = await folder.CreateLogAsync("a");
            await AppendEachAsync(log, producer: 1, sequences: [0, 1, 2, 3, 4, 5, 6]);
            await log.TrimAsync(At(4));
        }

        await FolderVerifier.RunAsync(_disk, "/data", new VerificationOptions { Report = defect => Assert.Fail(defect.ToString()) });

        await using DataFolder again = await OpenAsync();
        Assert.Equal(Duplicate(2), await AppendAsync(again.FindLog("a")!, 1, 2));
    }

    private static Offset At(long offset) => new(offset);

    private static AppendResult Duplicate(long offset) => new(At(offset), At(offset + 1), IsDuplicate: true);

    private static async Task AppendEachAsync(DiskLog log, long producer, int[] sequences, int valueBytes = 10)
    {
        foreach (int sequence in sequences)
        {
            Assert.False((await AppendAsync(log, producer, sequence, valueBytes)).IsDuplicate);
        }
    }

    private static Task<AppendResult> AppendAsync(DiskLog log, long producer, int sequence, int valueBytes = 10) =>
        log.AppendAsync(Batch(producer, sequence, valueBytes), Checked).AsTask();

    private static byte[] Batch(long producer, int sequence, int valueBytes = 10)
    {
        using var builder = new RecordBatchBuilder();
        builder.SetProducer(new ProducerId(producer), epoch: 0, sequence);
        builder.Append(1_000, NullableBytes.Null, new byte[valueBytes]);
        return builder.Build().ToArray();
    }

    private async Task<DataFolder> OpenAsync(TimeSpan? expiration = null) =>
        await DataFolder.OpenAsync(_disk, "/data", KeyedLog.FolderOptions(_time) with { ProducerExpiration = expiration ?? TimeSpan.FromDays(1) });
}
