using Duramen.Core.Ids;
using Duramen.Disk.Memory;
using Duramen.Log;
using Duramen.State.Tables;
using Duramen.State.Tables.Topics;
using Duramen.Storage;
using Duramen.Storage.Folders;
using Duramen.Storage.Logs;

namespace Duramen.State.Tests.Tables;

/// <summary>What a table says of records that compaction removed before it was folded.</summary>
public sealed class CompactedTableTests : IAsyncLifetime
{
    private static readonly LogOptions Compacted = new() { Cleanup = CleanupPolicy.Compact, DeleteRetentionMs = long.MaxValue };

    private readonly MemoryDisk _disk = new();
    private DataFolder _folder = null!;
    private DiskLog _log = null!;

    public async Task InitializeAsync()
    {
        _folder = await DataFolder.OpenAsync(_disk, "/data", new StorageOptions { MaintenanceInterval = TimeSpan.Zero });
        _log = await _folder.CreateLogAsync("orders", Compacted);
    }

    public async Task DisposeAsync() => await _folder.DisposeAsync();

    [Fact]
    public async Task A_table_of_a_log_that_lost_nothing_is_whole_from_its_start()
    {
        await _log.AppendAsync(("a", "1"), ("b", "1"), ("a", "2"), (null, "no key"));
        await using TopicTable table = Open("/table");
        using TopicSnapshot snapshot = await table.OpenSnapshotAsync(table.Committed);

        Assert.Equal(Offset.Zero, table.Of(0).WholeFrom);
        Assert.False(snapshot.IsPartial(At(1)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_table_that_is_folded_after_a_compaction_is_whole_from_where_the_log_ended_then(bool isInsideOneBatch)
    {
        // The key that is missing as of 2 is back with the very last record.
        await AppendAsync(isInsideOneBatch, ("a", "1"), ("b", "1"), ("c", "1"), ("a", "2"));
        await using Table kept = Table.Open(_disk, "/kept", _log);
        await kept.WaitForAsync(new Offset(4));
        await _folder.CompactAsync(_log, force: true);

        await using (TopicTable anew = Open("/anew"))
        {
            using TopicSnapshot snapshot = await anew.OpenSnapshotAsync(At(4));
            Assert.Equal((null, "1"), (anew.Of(0).Get("a", 3), kept.Get("a", 3)));
            Assert.True(snapshot.IsPartial(At(1)));
            Assert.True(snapshot.IsPartial(At(3)));
            Assert.False(snapshot.IsPartial(At(4)));

            // As of the start there is nothing that could be missing.
            Assert.False(snapshot.IsPartial(At(0)));
            Assert.Equal(Offset.Zero, kept.WholeFrom);

            // It does not come later by what is appended.
            await AppendAsync(isInsideOneBatch, ("a", "3"), ("d", "1"));
            await anew.WaitForAsync(At(6));
            Assert.Equal(new Offset(4), anew.Of(0).WholeFrom);
        }

        await using (TopicTable reopened = Open("/anew"))
        {
            Assert.Equal(new Offset(4), reopened.Of(0).WholeFrom);
        }

        // One that was closed while the log was compacted says so too.
        await _folder.CompactAsync(_log, force: true);
        kept.Rebuild();
        while (kept.IsRebuilding)
        {
            await Task.Yield();
        }

        Assert.Equal(new Offset(6), kept.WholeFrom);
    }

    private static Moment At(long offset) => new([new PartitionOffset(0, new Offset(offset))]);

    private async Task AppendAsync(bool inOneBatch, params (string Key, string Value)[] records)
    {
        foreach ((string Key, string Value)[] batch in records.Chunk(inOneBatch ? records.Length : 1))
        {
            await _log.AppendAsync([.. batch.Select(record => ((string?)record.Key, (string?)record.Value))]);
        }
    }

    private TopicTable Open(string path) => TopicTable.Open(_disk, path, [new TablePartition(0, _log)]);
}
