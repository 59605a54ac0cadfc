using System.Text;
using Duramen.Core.Ids;
using Duramen.Disk.Memory;
using Duramen.Log;
using Duramen.Records.Batches;
using Duramen.State.Store;
using Duramen.State.Tables;
using Duramen.State.Tables.Topics;
using Duramen.Storage;
using Duramen.Storage.Folders;
using Duramen.Storage.Logs;

namespace Duramen.State.Tests.Tables;

/// <summary>A time is found among the records that the table has seen, and not only among those that compaction left in its log.</summary>
public sealed class CompactedTimesTests : IAsyncLifetime
{
    private readonly MemoryDisk _disk = new();
    private DataFolder _folder = null!;
    private DiskLog _log = null!;

    public async Task InitializeAsync()
    {
        _folder = await DataFolder.OpenAsync(_disk, "/data", new StorageOptions { CreateIfMissing = true, MaintenanceInterval = TimeSpan.Zero, ScrubBytesPerSecond = 0 });
        _log = await _folder.CreateLogAsync("t", new LogOptions { Cleanup = CleanupPolicy.Compact, DeleteRetentionMs = 0 });
    }

    public async Task DisposeAsync() => await _folder.DisposeAsync();

    [Fact]
    public async Task A_table_that_saw_what_compaction_removed_is_read_as_of_any_time_as_before()
    {
        await AppendAsync(("k", "a", 10), ("k", "b", 20), ("k", "c", 30), ("j", "d", 25), ("k", "e", 40));
        await using Table table = await OpenAsync("/table");
        string[] before = await AnswersAsync(table);
        Assert.Equal(["-", "a", "a", "b", "b", "c", "c", "e"], before);

        await CompactAsync();

        Assert.Equal(before, await AnswersAsync(table));
    }

    [Fact]
    public async Task It_is_so_when_the_table_is_opened_again_afterwards()
    {
        await AppendAsync(("k", "a", 10), ("k", "b", 20), ("k", "c", 30));
        string[] before;
        await using (Table table = await OpenAsync("/table"))
        {
            before = await AnswersAsync(table);
        }

        await CompactAsync();

        await using Table again = await OpenAsync("/table");
        Assert.Equal(before, await AnswersAsync(again));
    }

    [Fact]
    public async Task Of_a_removal_that_is_gone_from_the_log_the_table_knows_the_time()
    {
        await AppendAsync(("k", "a", 10), ("k", null, 50));
        await using Table table = await OpenAsync("/table");

        // The first compaction gives the tombstone its time to be seen, the second removes it.
        await CompactAsync();
        await CompactAsync();

        Assert.Empty(await TimesInLogAsync());
        Assert.Equal("a", Get(table, await table.FindAsOfAsync(49)));
        Assert.Equal("-", Get(table, await table.FindAsOfAsync(50)));
    }

    [Fact]
    public async Task A_table_made_afterwards_knows_what_the_log_has_left()
    {
        await AppendAsync(("k", "a", 10), ("k", "b", 20), ("k", "c", 30));
        await CompactAsync();

        await using Table table = await OpenAsync("/anew");

        Assert.Equal([30], await TimesInLogAsync());
        Assert.Equal("-", Get(table, await table.FindAsOfAsync(29)));
        Assert.Equal("c", Get(table, await table.FindAsOfAsync(30)));
    }

    [Fact]
    public async Task A_time_that_only_the_past_below_the_horizon_had_is_refused()
    {
        await AppendAsync(("k", "a", 10), ("k", "b", 20), ("k", "c", 30), ("k", "d", 40), ("k", "e", 50));
        await using Table table = await OpenAsync("/table", new TableOptions { HistoryOffsets = 2 });
        await CompactAsync();

        Assert.Equal("c", Get(table, await table.FindAsOfAsync(30)));
        Assert.Equal("d", Get(table, await table.FindAsOfAsync(40)));
        foreach (long timestampMs in (long[])[9, 10, 20, 29])
        {
            Offset asOf = await table.FindAsOfAsync(timestampMs);
            StoreException refused = Assert.Throws<StoreException>(() => table.Get("k"u8, asOf));
            Assert.Equal(StoreErrors.BelowHorizon, refused.Code);
        }
    }

    [Fact]
    public async Task A_topic_is_read_as_of_a_time_as_its_tables_are()
    {
        await AppendAsync(("k", "a", 10), ("k", "b", 20), ("k", "c", 30));
        await using TopicTable topic = TopicTable.Open(_disk, "/topic", [new TablePartition(0, _log)]);
        await topic.WaitForAsync(topic.Committed);
        await CompactAsync();

        using TopicSnapshot snapshot = topic.OpenSnapshot();
        Moment asOf = await snapshot.FindAsync(AsOf.Time(20));

        Assert.True(snapshot.TryGet("k"u8, asOf, out VersionView version, out _));
        Assert.Equal("b"u8, version.Value.Span);
    }

    private async Task<string[]> AnswersAsync(Table table)
    {
        var answers = new List<string>();
        foreach (long timestampMs in (long[])[5, 10, 15, 20, 24, 30, 35, 40])
        {
            answers.Add(Get(table, await table.FindAsOfAsync(timestampMs)));
        }

        return [.. answers];
    }

    private static string Get(Table table, Offset asOf) => table.Get("k"u8, asOf) is { } value ? Encoding.UTF8.GetString(value) : "-";

    private async Task<Table> OpenAsync(string path, TableOptions? options = null)
    {
        Table table = Table.Open(_disk, path, _log, options);
        await table.WaitForAsync(_log.Watermarks.Committed);
        return table;
    }

    private async Task CompactAsync() => await _folder.CompactAsync(_log, force: true);

    private async Task<IReadOnlyList<long>> TimesInLogAsync()
    {
        var times = new List<long>();
        using LogSlice slice = await _log.ReadAsync(Offset.Zero, ReadLimits.Default);
        using var decoder = new RecordBatchDecoder();
        for (ReadOnlyMemory<byte> batches = slice.Batches; RecordBatchView.TryRead(batches.Span, out RecordBatchView batch); batches = batches[batch.SizeBytes..])
        {
            Assert.True(decoder.Open(batch, out RecordReader reader).IsNone);
            while (reader.TryRead(out RecordView record))
            {
                times.Add(record.TimestampMs);
            }
        }

        return times;
    }

    private async Task AppendAsync(params (string Key, string? Value, long TimestampMs)[] records)
    {
        foreach ((string key, string? value, long timestampMs) in records)
        {
            using var builder = new RecordBatchBuilder();
            builder.Append(timestampMs, TableFixture.Bytes(key), TableFixture.Bytes(value));
            await ((ILog)_log).AppendAsync(builder.Build());
        }
    }
}
