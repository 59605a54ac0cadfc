using Duramen.Core.Ids;
using Duramen.Disk.Memory;
using Duramen.Disk.Simulated;
using Duramen.Log;
using Duramen.Log.Memory;
using Duramen.Records.Batches;
using Duramen.State.Tables;

namespace Duramen.State.Tests.Tables;

public sealed class InlineLogTests
{
    private readonly MemoryDisk _disk = new();
    private readonly MemoryLog _log = new(new LogId(Guid.NewGuid()), "orders");

    [Fact]
    public async Task What_was_appended_is_in_every_table_when_the_append_returns()
    {
        await using Table latest = Table.Open(_disk, "/latest", _log);
        await using Table totals = Table.Open(_disk, "/totals", new Totals(), [_log]);
        var inline = new InlineLog(_log, latest, totals);
        for (int record = 1; record <= 500; record++)
        {
            AppendResult result = await inline.AppendAsync(Batch("a", $"{record}"));
            Assert.Equal(record - 1, result.BaseOffset.Value);
            Assert.Equal($"{record}", latest.Get("a"));
            Assert.Equal($"{record}", totals.Get("count"));
            Assert.Equal($"{record * (record + 1) / 2}", totals.Get("a"));
        }
    }

    [Fact]
    public async Task Everybody_reads_their_own_write_when_many_append_at_once()
    {
        await using Table table = Table.Open(_disk, "/table", _log);
        var inline = new InlineLog(_log, table);
        await Task.WhenAll(Enumerable.Range(0, 16).Select(writer => Task.Run(async () =>
        {
            for (int record = 0; record < 100; record++)
            {
                Assert.True((await inline.AppendInlineAsync(Batch($"{writer}", $"{record}"))).IsVisible);
                Assert.Equal($"{record}", table.Get($"{writer}"));
            }
        })));
    }

    [Fact]
    public async Task A_record_that_a_table_cannot_fold_is_appended_all_the_same_and_the_appender_is_told_which_table_is_behind()
    {
        await using Table latest = Table.Open(_disk, "/latest", _log);
        await using Table totals = Table.Open(_disk, "/totals", new Totals(), [_log]);
        var inline = new InlineLog(_log, latest, totals);
        InlineAppend poisoned = await inline.AppendInlineAsync(Batch("a", "bad"));
        Assert.False(poisoned.IsVisible);
        Assert.Same(totals, Assert.Single(poisoned.Behind));
        Assert.Equal(new Offset(0), totals.Fault!.Offset);
        Assert.Equal("bad", latest.Get("a"));
        Assert.Equal(1, _log.Watermarks.Committed.Value);

        // Nobody waits for the table while it is stopped, and everybody does when it goes on.
        Assert.Equal(2, (await inline.AppendAsync(Batch("a", "5"))).NextOffset.Value);
        Assert.Null(totals.Get("a"));
        totals.Skip();
        Assert.True((await inline.AppendInlineAsync(Batch("a", "7"))).IsVisible);
        Assert.Equal("12", totals.Get("a"));
    }

    [Fact]
    public async Task An_append_that_is_refused_is_refused_and_one_that_came_before_is_shown()
    {
        await using Table table = Table.Open(_disk, "/table", _log);
        var inline = new InlineLog(_log, table);
        Assert.Equal(AppendStatus.Appended, (await inline.TryAppendAsync(Batch("a", "1"), new AppendOptions(ExpectedEnd: Offset.Zero))).Status);
        Assert.Equal("1", table.Get("a"));
        Assert.Equal(AppendStatus.Conflict, (await inline.TryAppendAsync(Batch("a", "2"), new AppendOptions(ExpectedEnd: Offset.Zero))).Status);
        Assert.Equal(LogErrors.Conflict, (await Assert.ThrowsAsync<LogException>(() => inline.AppendAsync(Batch("a", "2"), new AppendOptions(ExpectedEnd: Offset.Zero)).AsTask())).Code);
        Assert.Equal("1", table.Get("a"));
    }

    [Fact]
    public async Task Whoever_stops_waiting_for_a_table_still_knows_where_the_records_are()
    {
        var totals = new Slow();
        await using Table table = Table.Open(_disk, "/table", totals, [_log]);
        var inline = new InlineLog(_log, table);
        using var impatience = new CancellationTokenSource();
        Task<InlineAppend> append = inline.AppendInlineAsync(Batch("a", "1"), default, impatience.Token).AsTask();
        totals.Entered.Wait();
        Assert.False(append.IsCompleted);
        await impatience.CancelAsync();
        InlineAppend appended = await append;
        Assert.Equal((0L, false), (appended.Result.BaseOffset.Value, appended.IsVisible));
        totals.Go.Set();
        await table.WaitForAsync(new Offset(1));
    }

    [Fact]
    public async Task Appends_do_not_wait_for_a_table_that_is_closed_or_whose_disk_fails()
    {
        var disk = new SimulatedDisk();
        await using Table failing = Table.Open(disk, "/table", _log, new TableOptions { RecentBytes = 64 << 10 });
        Table closed = Table.Open(_disk, "/closed", _log);
        await closed.DisposeAsync();
        var inline = new InlineLog(_log, failing, closed);
        disk.AddFault(new DiskFault(DiskOperationKind.Sync));
        InlineAppend last = default;
        for (int record = 0; record < 40; record++)
        {
            last = await inline.AppendInlineAsync(Batch("a", new string('x', 10_000)));
        }

        Assert.Equal(40, last.Result.NextOffset.Value);
        Assert.Equal(2, last.Behind.Count);
        disk.ClearFaults();
    }

    [Fact]
    public async Task A_table_of_another_log_is_refused()
    {
        await using Table table = Table.Open(_disk, "/table", new MemoryLog(new LogId(Guid.NewGuid()), "other"));
        Assert.Throws<ArgumentException>(() => new InlineLog(_log, table));
    }

    private static Memory<byte> Batch(string key, string value)
    {
        using var builder = new RecordBatchBuilder();
        builder.Append(TableFixture.TimeOf(0), TableFixture.Bytes(key), TableFixture.Bytes(value));
        return builder.Build().ToArray();
    }

    private sealed class Slow : IProjection
    {
        public ManualResetEventSlim Entered { get; } = new();

        public ManualResetEventSlim Go { get; } = new();

        public string Name => "slow";

        public int Version => 1;

        public void Apply(int source, RecordView record, TableChanges changes)
        {
            Entered.Set();
            Go.Wait();
        }
    }
}
