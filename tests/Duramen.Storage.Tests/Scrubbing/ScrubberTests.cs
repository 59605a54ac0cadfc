using Duramen.Core.Ids;
using Duramen.Disk.Simulated;
using Duramen.Log;
using Duramen.Storage.Scrubbing;
using Duramen.Storage.Segments;
using Duramen.Storage.Tests.Compaction;

namespace Duramen.Storage.Tests.Scrubbing;

public sealed class ScrubberTests
{
    private readonly SimulatedDisk _disk = new(41);
    private readonly List<string> _notices = [];

    private static LogOptions Options => new() { SegmentSizeBytes = 64 << 10 };

    [Fact]
    public async Task A_sound_folder_has_no_defects()
    {
        await using KeyedLog log = await CreateAsync();

        ScrubResult result = await log.Folder.ScrubAsync();

        Assert.Equal(log.Log.Segments.Length - 1, result.Segments);
        Assert.Equal(log.Log.Segments[..^1].Sum(segment => segment.State.SizeBytes), result.Bytes);
        Assert.Empty(result.Defects);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(40_000)]
    [InlineData(-1)]
    public async Task A_flipped_bit_of_a_segment_is_found_and_said_once(int position)
    {
        await using KeyedLog log = await CreateAsync();
        Segment segment = log.Log.Segments[1];
        _disk.FlipBit(segment.FilePath, position < 0 ? segment.State.SizeBytes + position : position, 3);

        ScrubDefect defect = Assert.Single((await log.Folder.ScrubAsync()).Defects);
        await log.Folder.ScrubAsync();

        Assert.Equal((KeyedLog.Name, segment.FilePath, false), (defect.LogName, defect.Path, defect.IsRepaired));
        Assert.Equal([defect], log.Folder.ScrubDefects);
        Assert.Single(_notices, notice => notice.Contains(segment.FilePath, StringComparison.Ordinal));

        // Nothing is worse for it: the rest can be read, and the damaged part fails.
        await log.Log.ReadAsync(Offset.Zero, new ReadLimits(1));
        await log.AppendAsync([("a", "1")]);
        await Assert.ThrowsAsync<StorageException>(log.ReadAsync);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_damaged_or_missing_index_is_made_again(bool isMissing)
    {
        await using KeyedLog log = await CreateAsync();
        Segment segment = log.Log.Segments[1];
        byte[] sound = _disk.ReadContent(segment.IndexPath);
        if (isMissing)
        {
            _disk.DeleteFile(segment.IndexPath);
        }
        else
        {
            _disk.FlipBit(segment.IndexPath, 70, 0);
        }

        ScrubDefect defect = Assert.Single((await log.Folder.ScrubAsync()).Defects);

        Assert.Equal((segment.IndexPath, true), (defect.Path, defect.IsRepaired));
        Assert.Equal(sound, _disk.ReadContent(segment.IndexPath));
        Assert.Empty((await log.Folder.ScrubAsync()).Defects);
    }

    [Fact]
    public async Task A_device_that_cannot_read_is_a_defect_of_that_segment_only()
    {
        await using KeyedLog log = await CreateAsync();
        string path = log.Log.Segments[0].FilePath;
        _disk.AddFault(new DiskFault(DiskOperationKind.Read, path));

        ScrubResult result = await log.Folder.ScrubAsync();

        Assert.Equal(path, Assert.Single(result.Defects).Path);
        Assert.Equal(log.Log.Segments.Length - 1, result.Segments);
    }

    [Fact]
    public async Task Scrubbing_goes_on_by_itself()
    {
        var time = new FakeTime(movesByItself: true);
        await using KeyedLog log = await CreateAsync(KeyedLog.FolderOptions(time, notice: Note) with { MaintenanceInterval = TimeSpan.FromMinutes(1) });
        _disk.FlipBit(log.Log.Segments[0].FilePath, 100, 1);

        Assert.True(SpinWait.SpinUntil(() => log.Folder.ScrubDefects.Count > 0, TimeSpan.FromSeconds(60)));
    }

    private async Task<KeyedLog> CreateAsync(StorageOptions? options = null)
    {
        KeyedLog log = await KeyedLog.CreateAsync(_disk, options ?? KeyedLog.FolderOptions(notice: Note), Options);
        string value = new('x', 4000);
        for (int record = 0; record < 50; record++)
        {
            await log.AppendAsync([("key", value)]);
        }

        await log.Log.RollAsync();
        log.Folder.Checkpoint();
        return log;
    }

    private void Note(string notice)
    {
        lock (_notices)
        {
            _notices.Add(notice);
        }
    }
}
