using Duramen.Core.Ids;
using Duramen.Disk.Memory;
using Duramen.Log;
using Duramen.Storage.Retention;
using Duramen.Storage.Tests.Compaction;

namespace Duramen.Storage.Tests.Retention;

public sealed class LogRetentionTests
{
    private const long HourMs = 3_600_000;
    private readonly FakeTime _time = new();

    private static LogOptions Options => new() { Cleanup = CleanupPolicy.Delete, SegmentSizeBytes = 1 << 20, RetentionMs = HourMs };

    [Fact]
    public async Task A_segment_goes_when_its_newest_record_is_too_old()
    {
        await using KeyedLog log = await CreateAsync(Options, -3 * HourMs, -2 * HourMs, -HourMs, 0);
        log.Folder.Maintenance.RunOnce();
        Assert.Equal(2, log.Log.Watermarks.Start.Value);

        _time.Advance(TimeSpan.FromMilliseconds(1));
        log.Folder.Maintenance.RunOnce();
        Assert.Equal(3, log.Log.Watermarks.Start.Value);
    }

    [Fact]
    public async Task The_segment_that_grows_goes_when_all_of_it_is_too_old()
    {
        await using KeyedLog log = await CreateAsync(Options, -3 * HourMs, -2 * HourMs);

        log.Folder.Maintenance.RunOnce();

        Assert.Equal((2L, 2L), (log.Log.Watermarks.Start.Value, log.Log.Watermarks.End.Value));
        Assert.Equal(0u, Assert.Single(log.Log.Segments).State.SizeBytes);
        await log.AppendAsync([("a", "after it")], _time.NowMs);
        Assert.Equal([new KeyedRecord(2, "a", "after it")], await log.ReadAsync());
    }

    [Fact]
    public async Task Kept_segments_keep_those_behind_them_however_old()
    {
        await using KeyedLog log = await CreateAsync(Options, 0, -3 * HourMs, 0);

        log.Folder.Maintenance.RunOnce();

        Assert.Equal(0, log.Log.Watermarks.Start.Value);
    }

    [Theory]
    [InlineData(1_000_000 * HourMs)]
    [InlineData(null)]
    public async Task A_time_that_cannot_be_goes_by_the_segment_after_it(long? fromNowMs)
    {
        await using KeyedLog log = await CreateAsync(Options, fromNowMs ?? -1 - _time.NowMs, -2 * HourMs, 0);

        log.Folder.Maintenance.RunOnce();

        Assert.Equal(2, log.Log.Watermarks.Start.Value);
    }

    [Theory]
    [InlineData(1_000_000 * HourMs)]
    [InlineData(null)]
    public async Task Without_any_time_to_go_by_nothing_is_deleted(long? fromNowMs)
    {
        long timestamp = fromNowMs ?? -1 - _time.NowMs;
        await using KeyedLog log = await CreateAsync(Options, timestamp, timestamp);

        log.Folder.Maintenance.RunOnce();

        Assert.Equal(0, log.Log.Watermarks.Start.Value);
    }

    [Fact]
    public async Task The_oldest_segments_go_while_the_rest_is_large_enough()
    {
        await using KeyedLog log = await CreateAsync(Options with { RetentionMs = -1 }, 0, 0, 0, 0);
        long size = log.Log.Segments[0].State.SizeBytes;

        await log.Log.SetOptionsAsync(log.Log.Options with { RetentionBytes = (2 * size) + 1 });
        log.Folder.Maintenance.RunOnce();
        Assert.Equal(1, log.Log.Watermarks.Start.Value);

        await log.Log.SetOptionsAsync(log.Log.Options with { RetentionBytes = 2 * size });
        log.Folder.Maintenance.RunOnce();
        Assert.Equal(2, log.Log.Watermarks.Start.Value);

        await log.Log.SetOptionsAsync(log.Log.Options with { RetentionBytes = 0 });
        log.Folder.Maintenance.RunOnce();
        Assert.Equal(3, log.Log.Watermarks.Start.Value);
        Assert.Single(await log.ReadAsync());
    }

    [Fact]
    public async Task What_is_not_committed_is_not_deleted()
    {
        await using KeyedLog log = await CreateAsync(
            Options with { CommitRule = CommitRule.WhenTold }, -3 * HourMs, -3 * HourMs, -3 * HourMs);
        log.Log.AdvanceCommitted(new Offset(1));

        log.Folder.Maintenance.RunOnce();

        Assert.Equal(1, log.Log.Watermarks.Start.Value);
    }

    [Fact]
    public async Task A_log_that_keeps_everything_is_left_alone()
    {
        await using KeyedLog log = await CreateAsync(Options with { Cleanup = CleanupPolicy.None, RetentionBytes = 0 }, -3 * HourMs, -3 * HourMs);

        Assert.Null(LogRetention.FindStart(log.Log, _time.NowMs));
    }

    // A log of one segment for each time, given as the distance from now, with one record each.
    private async Task<KeyedLog> CreateAsync(LogOptions options, params long[] fromNowMs)
    {
        KeyedLog log = await KeyedLog.CreateAsync(new MemoryDisk(), KeyedLog.FolderOptions(_time), options);
        foreach (long distanceMs in fromNowMs)
        {
            await log.Log.RollAsync();
            await log.AppendAsync([("key", "value")], _time.NowMs + distanceMs);
        }

        return log;
    }
}
