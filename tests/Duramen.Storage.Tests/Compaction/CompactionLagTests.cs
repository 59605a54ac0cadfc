using Duramen.Disk.Memory;
using Duramen.Log;
using Duramen.Storage.Compaction;

namespace Duramen.Storage.Tests.Compaction;

/// <summary>When upkeep compacts a log: by the share that was not compacted yet, or by the age of the oldest record in it (KIP-354).</summary>
public sealed class CompactionLagTests
{
    private const long LagMs = 60_000;
    private readonly MemoryDisk _disk = new();
    private readonly FakeTime _time = new();

    // With this share nothing is ever compacted for it.
    private static LogOptions Options => KeyedLog.Options with { MinCleanableRatio = 1, MaxCompactionLagMs = LagMs };

    [Theory]
    [InlineData(0.5, 50, 50, false)]
    [InlineData(0.5, 49, 51, true)]
    [InlineData(0, 100, 0, false)]
    [InlineData(0, 100, 1, true)]
    [InlineData(1, 0, 100, false)]
    public void More_than_the_share_has_to_be_dirty(double ratio, long clean, long dirty, bool isDue) =>
        Assert.Equal(isDue, Plan(clean, dirty, long.MaxValue).IsDue(new LogOptions { MinCleanableRatio = ratio }, _time.NowMs));

    [Theory]
    [InlineData(1, LagMs, false)]
    [InlineData(1, LagMs + 1, true)]
    [InlineData(0, LagMs + 1, false)]
    public void What_is_dirty_for_longer_than_the_lag_makes_it_due_whatever_the_share(long dirty, long ageMs, bool isDue) =>
        Assert.Equal(isDue, Plan(clean: 1000, dirty, _time.NowMs - ageMs).IsDue(Options, _time.NowMs));

    [Fact]
    public async Task A_record_is_compacted_when_it_has_waited_for_longer_than_the_lag()
    {
        await using KeyedLog log = await CreateAsync(Options);
        await log.AppendRandomAsync(new Random(1), 100, keys: 5, timestampMs: _time.NowMs);
        await log.Log.RollAsync();

        _time.Advance(TimeSpan.FromMilliseconds(LagMs));
        log.Folder.Maintenance.RunOnce();
        Assert.Equal(0, log.Log.CompactedTo.Value);

        _time.Advance(TimeSpan.FromMilliseconds(1));
        log.Folder.Maintenance.RunOnce();
        Assert.Equal(100, log.Log.CompactedTo.Value);
        Assert.Equal(log.Expected(), await log.ReadAsync());
    }

    [Fact]
    public async Task The_segment_that_grows_is_sealed_and_compacted_in_a_log_that_nobody_appends_to()
    {
        await using KeyedLog log = await CreateAsync(Options with { SegmentSizeBytes = 1 << 20 });
        await log.AppendRandomAsync(new Random(2), 100, keys: 5, timestampMs: _time.NowMs);

        _time.Advance(TimeSpan.FromMilliseconds(LagMs));
        log.Folder.Maintenance.RunOnce();
        Assert.Single(log.Log.Segments);

        _time.Advance(TimeSpan.FromMilliseconds(1));
        log.Folder.Maintenance.RunOnce();
        Assert.Equal(100, log.Log.CompactedTo.Value);
        Assert.Equal(log.Expected(), await log.ReadAsync());

        // Nothing more is done for it, however long it lies there.
        Storage.Segments.Segment[] segments = log.Log.Segments;
        _time.Advance(TimeSpan.FromDays(30));
        log.Folder.Maintenance.RunOnce();
        Assert.Equal(segments, log.Log.Segments);
    }

    [Fact]
    public async Task The_lag_counts_on_over_a_restart()
    {
        KeyedLog log = await CreateAsync(Options with { SegmentSizeBytes = 1 << 20 });
        await log.AppendRandomAsync(new Random(3), 50, keys: 5, timestampMs: _time.NowMs);
        await log.Log.RollAsync();
        await log.AppendRandomAsync(new Random(4), 50, keys: 5, timestampMs: _time.NowMs + 10);
        List<KeyedRecord> appended = [.. log.Appended];
        await log.DisposeAsync();
        await using KeyedLog again = await KeyedLog.ReopenAsync(_disk, appended, KeyedLog.FolderOptions(_time));

        _time.Advance(TimeSpan.FromMilliseconds(LagMs + 1));
        again.Folder.Maintenance.RunOnce();
        Assert.Equal(50, again.Log.CompactedTo.Value);

        _time.Advance(TimeSpan.FromMilliseconds(10));
        again.Folder.Maintenance.RunOnce();
        Assert.Equal(100, again.Log.CompactedTo.Value);
        Assert.Equal(again.Expected(), await again.ReadAsync());
    }

    [Fact]
    public async Task Records_that_have_not_waited_for_as_long_as_they_must_stay_although_others_are_overdue()
    {
        await using KeyedLog log = await CreateAsync(Options with { MinCompactionLagMs = LagMs / 2, SegmentSizeBytes = 1 << 20 });
        await log.AppendRandomAsync(new Random(5), 50, keys: 5, timestampMs: _time.NowMs);
        _time.Advance(TimeSpan.FromMilliseconds(LagMs));
        await log.AppendRandomAsync(new Random(6), 50, keys: 5, timestampMs: _time.NowMs);

        _time.Advance(TimeSpan.FromMilliseconds(1));
        log.Folder.Maintenance.RunOnce();
        Assert.Equal(0, log.Log.CompactedTo.Value);

        _time.Advance(TimeSpan.FromMilliseconds(LagMs / 2));
        log.Folder.Maintenance.RunOnce();
        Assert.Equal(100, log.Log.CompactedTo.Value);
    }

    [Fact]
    public async Task Without_a_lag_nothing_is_sealed_or_compacted_for_its_age()
    {
        await using KeyedLog log = await CreateAsync(Options with { MaxCompactionLagMs = long.MaxValue });
        await log.AppendRandomAsync(new Random(7), 100, keys: 5, timestampMs: _time.NowMs);
        int segments = log.Log.Segments.Length;
        _time.Advance(TimeSpan.FromDays(4000));
        log.Folder.Maintenance.RunOnce();
        Assert.Equal((segments, 0L), (log.Log.Segments.Length, log.Log.CompactedTo.Value));
    }

    private static CompactionPlan Plan(long clean, long dirty, long dirtySinceMs) => new([], default, clean, dirty, dirty, dirtySinceMs);

    private Task<KeyedLog> CreateAsync(LogOptions options) => KeyedLog.CreateAsync(_disk, KeyedLog.FolderOptions(_time), options);
}
