using Duramen.Core.Ids;
using Duramen.Disk;
using Duramen.Disk.Memory;
using Duramen.Log;
using Duramen.Records.Batches;
using Duramen.Storage.Folders;
using Duramen.Storage.Logs;
using Duramen.Storage.Segments;
using Duramen.Storage.Tests.Compaction;

namespace Duramen.Storage.Tests.Logs;

/// <summary>When a segment is sealed for its age: with an append, by the times of records, as Kafka does it.</summary>
public sealed class SegmentAgeTests
{
    private const long First = 1_000_000;
    private readonly MemoryDisk _disk = new();
    private readonly FakeTime _time = new();

    private static LogOptions Options => new() { SegmentMs = 1000 };

    [Fact]
    public async Task The_append_whose_records_come_more_than_the_age_after_the_first_ones_begins_a_segment()
    {
        Assert.Equal([0, 3, 5], await BasesAsync(Options, First, First + 500, First + 1000, First + 1001, First + 2001, First + 2002));
    }

    [Fact]
    public async Task The_largest_times_of_both_batches_count()
    {
        await using KeyedLog log = await CreateAsync(Options);
        await log.Log.AppendAsync(Batch(First - 900, First, First - 950));
        await log.Log.AppendAsync(Batch(First + 1000, First));
        await log.Log.AppendAsync((byte[])[.. Batch(First), .. Batch(First + 1001, First), .. Batch(First)]);
        Assert.Equal([0, 5], Bases(log.Log));
    }

    [Fact]
    public async Task Records_older_than_the_first_ones_end_nothing() =>
        Assert.Equal([0, 3], await BasesAsync(Options, First, First - 1_000_000, 0, First + 1001));

    [Fact]
    public async Task Nothing_is_sealed_while_nothing_is_appended()
    {
        await using KeyedLog log = await CreateAsync(Options);
        await log.Log.AppendAsync(Batch(First));
        _time.Advance(TimeSpan.FromDays(400));
        log.Folder.Maintenance.RunOnce();
        Assert.Equal([0], Bases(log.Log));
    }

    [Fact]
    public async Task Where_the_first_records_have_no_time_the_clock_of_the_machine_counts()
    {
        await using KeyedLog log = await CreateAsync(Options);
        await log.Log.AppendAsync(Batch(-1));
        await log.Log.AppendAsync(Batch(First));
        _time.Advance(TimeSpan.FromMilliseconds(1000));
        await log.Log.AppendAsync(Batch(-1));
        Assert.Equal([0], Bases(log.Log));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await log.Log.AppendAsync(Batch(-1));
        Assert.Equal([0, 3], Bases(log.Log));
    }

    [Fact]
    public async Task Records_without_a_time_end_no_segment_whose_first_ones_have_one()
    {
        await using KeyedLog log = await CreateAsync(Options);
        await log.Log.AppendAsync(Batch(First));
        _time.Advance(TimeSpan.FromDays(400));
        await log.Log.AppendAsync(Batch(-1));
        Assert.Equal([0], Bases(log.Log));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_segment_is_as_old_after_a_restart_as_before_it(bool isClean)
    {
        KeyedLog log = await CreateAsync(Options);
        await log.Log.AppendAsync(Batch(First));
        await log.Log.AppendAsync(Batch(First + 900));
        if (isClean)
        {
            await log.DisposeAsync();
        }
        else
        {
            log.Folder.Abandon();
        }

        await using DataFolder folder = await DataFolder.OpenAsync(_disk, "/data", KeyedLog.FolderOptions(_time));
        DiskLog again = folder.FindLog(KeyedLog.Name)!;
        await again.AppendAsync(Batch(First + 1000));
        Assert.Equal([0], Bases(again));
        await again.AppendAsync(Batch(First + 1001));
        Assert.Equal([0, 3], Bases(again));
    }

    [Fact]
    public async Task A_segment_that_recovery_replays_on_top_of_the_catalog_is_as_old_as_its_first_record()
    {
        KeyedLog log = await CreateAsync(Options);
        await log.Log.AppendAsync(Batch(First));
        log.Folder.Checkpoint();
        await log.Log.AppendAsync(Batch(First + 600));
        log.Folder.Abandon();

        await using DataFolder folder = await DataFolder.OpenAsync(_disk, "/data", KeyedLog.FolderOptions(_time));
        DiskLog again = folder.FindLog(KeyedLog.Name)!;
        await again.AppendAsync(Batch(First + 1001));
        Assert.Equal([0, 2], Bases(again));
    }

    [Fact]
    public async Task Appends_of_one_group_are_told_apart_like_those_of_several()
    {
        await using KeyedLog log = await CreateAsync(Options);
        var appends = new List<Task>();
        for (int append = 0; append < 40; append++)
        {
            appends.Add(log.Log.AppendAsync(Batch(First + (append * 400)), new AppendOptions(ReturnsAtOnce: true)).AsTask());
        }

        await Task.WhenAll(appends);
        Assert.Equal(Enumerable.Range(0, 14).Select(segment => segment * 3L), Bases(log.Log));
    }

    [Theory]
    [InlineData(CleanupPolicy.Compact, new long[] { 0, 1, 2 })]
    [InlineData(CleanupPolicy.Delete, new long[] { 0, 2 })]
    public async Task A_compacted_log_seals_no_later_than_its_records_may_wait_for_compaction(CleanupPolicy cleanup, long[] bases) =>
        Assert.Equal(bases, await BasesAsync(Options with { Cleanup = cleanup, RetentionMs = -1, MaxCompactionLagMs = 600 }, First, First + 601, First + 1202));

    [Fact]
    public async Task The_age_may_be_changed_while_the_log_is_used()
    {
        await using KeyedLog log = await CreateAsync(Options);
        await log.Log.AppendAsync(Batch(First));
        await log.Log.SetOptionsAsync(Options with { SegmentMs = 5000 });
        await log.Log.AppendAsync(Batch(First + 5000));
        Assert.Equal([0], Bases(log.Log));
        await log.Log.AppendAsync(Batch(First + 5001));
        Assert.Equal([0, 2], Bases(log.Log));
    }

    [Fact]
    public void The_jitter_of_segments_is_spread_over_all_that_it_may_be_and_each_keeps_its_own()
    {
        var log = new LogId(new Guid("0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f0"));
        LogOptions options = Options with { SegmentJitterMs = 100 };
        long[] ages = [.. Enumerable.Range(0, 1000).Select(offset => SegmentAge.MaxMs(options, log, new SegmentId(new Offset(offset), 0)))];
        Assert.All(ages, age => Assert.InRange(age, 901, 1000));
        Assert.Equal(100, ages.Distinct().Count());
        Assert.Equal(ages[7], SegmentAge.MaxMs(options, log, new SegmentId(new Offset(7), 3)));
        Assert.InRange(SegmentAge.MaxMs(Options with { SegmentJitterMs = long.MaxValue }, log, new SegmentId(new Offset(7), 0)), 1, 1000);
    }

    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(1, -1, 1)]
    [InlineData(1, 0, 0)]
    public async Task Ages_that_cannot_be_are_refused(long segmentMs, long jitterMs, long lagMs)
    {
        StorageException refusal = await Assert.ThrowsAsync<StorageException>(
            () => CreateAsync(new LogOptions { SegmentMs = segmentMs, SegmentJitterMs = jitterMs, MaxCompactionLagMs = lagMs }));
        Assert.Equal(LogErrors.InvalidOption, refusal.Code);
    }

    private async Task<List<long>> BasesAsync(LogOptions options, params long[] timestamps)
    {
        await using KeyedLog log = await CreateAsync(options);
        foreach (long timestampMs in timestamps)
        {
            await log.Log.AppendAsync(Batch(timestampMs));
        }

        return Bases(log.Log);
    }

    private Task<KeyedLog> CreateAsync(LogOptions options) => KeyedLog.CreateAsync(_disk, KeyedLog.FolderOptions(_time), options);

    private static List<long> Bases(DiskLog log) => [.. log.Segments.Select(segment => segment.Id.BaseOffset.Value)];

    private static byte[] Batch(params long[] timestamps)
    {
        using var builder = new RecordBatchBuilder();
        foreach (long timestampMs in timestamps)
        {
            builder.Append(timestampMs, "k"u8, "v"u8);
        }

        return builder.Build().ToArray();
    }
}
