using System.Text;
using Duramen.Core.Ids;
using Duramen.Disk.Memory;
using Duramen.Log;
using Duramen.Log.Memory;
using Duramen.State.Store;
using Duramen.State.Tables;
using Duramen.State.Tests.Machines;
using Duramen.State.Tests.Store;

namespace Duramen.State.Tests.Tables;

public sealed class ChangeFeedTests
{
    private readonly MemoryDisk _disk = new();
    private readonly MemoryLog _log = new(new LogId(Guid.NewGuid()), "orders");
    private readonly MemoryLog _feed = new(new LogId(Guid.NewGuid()), "feed");

    [Fact]
    public async Task The_changes_of_a_table_are_a_log_that_folds_to_the_same_table()
    {
        await using Table totals = Table.Open(_disk, "/totals", new Totals(), [_log]);
        await _log.AppendAsync(("a", "1"), ("b", "2"), ("a", "3"));
        await FeedAsync(totals, until: 6);

        // Stopped and begun again, now and then, it goes on where it was.
        for (int round = 1; round <= 5; round++)
        {
            await _log.AppendAsync(("a", "1"), ("c", $"{round}"));
            await FeedAsync(totals, until: 6 + (4 * round));
        }

        await using Table again = Table.Open(_disk, "/again", _feed);
        await again.WaitForAsync(_feed.Watermarks.Committed);
        Assert.Equal(26, _feed.Watermarks.Committed.Value);
        Assert.Equal(State(totals), State(again));
    }

    [Fact]
    public async Task A_removal_is_a_record_without_a_value()
    {
        await using Table table = Table.Open(_disk, "/table", _log);
        await _log.AppendAsync(("a", "1"), ("a", null));
        await FeedAsync(table, until: 2);
        await using Table again = Table.Open(_disk, "/again", _feed);
        await again.WaitForAsync(new Offset(2));
        Assert.Equal("1", again.Get("a", 1));
        Assert.Null(again.Get("a"));
    }

    [Fact]
    public async Task Of_two_feeds_on_one_log_one_stops()
    {
        await using Table table = Table.Open(_disk, "/table", _log);
        await _log.AppendAsync(("a", "1"));
        using var enough = new CancellationTokenSource();
        Task first = ChangeFeed.RunAsync(table, _feed, enough.Token);
        await _feed.WaitForCommittedAsync(Offset.Zero);
        Task second = ChangeFeed.RunAsync(table, _feed, enough.Token);
        await _log.AppendAsync(("b", "2"));
        LogException conflict = await Assert.ThrowsAsync<LogException>(async () => await await Task.WhenAny(first, second));
        Assert.Equal(LogErrors.Conflict, conflict.Code);
        await enough.CancelAsync();
        Assert.Equal(2, _feed.Watermarks.Committed.Value);
    }

    [Fact]
    public async Task A_log_that_is_no_feed_is_refused()
    {
        await using Table table = Table.Open(_disk, "/table", _log);
        await _log.AppendAsync(("a", "1"));
        Assert.Equal(LogErrors.InvalidBatch, (await Assert.ThrowsAsync<LogException>(() => ChangeFeed.RunAsync(table, _log))).Code);
    }

    [Fact]
    public async Task What_is_decided_about_a_record_is_written_down_before_it_takes_effect()
    {
        await _log.AppendAsync(("a", "bad"), ("a", "2"));
        var held = new GatedLog(_feed);
        await using Table table = Table.Open(_disk, "/table", new Totals(), [_log], new TableOptions { Decisions = held });
        await StoppedAsync(table, 2);
        table.Retry();
        await StoppedAsync(table, 2, decisions: 1);

        // A decision that cannot be written down is not carried out.
        held.NextRefusal = new LogException(LogErrors.Full, "No room.");
        table.Skip();
        await Assert.ThrowsAsync<TableException>(() => table.WaitForAsync(new Offset(2)).AsTask());
        Assert.Null(table.Get("a"));
        table.Retry();
        await table.WaitForAsync(new Offset(2));
        Assert.Equal("2", table.Get("a"));

        using IStoreSnapshot decisions = await LiveTable.ComputeAsync(_feed, _feed.Watermarks.Committed);
        using IVersionCursor history = decisions.History("totals"u8);
        var seen = new List<string>();
        while (history.MoveNext())
        {
            seen.Add(Encoding.UTF8.GetString(history.Current.Value.Span));
        }

        Assert.Equal(2, seen.Count);
        Assert.StartsWith("""{"decision":"retry","table":"/table","log":"orders","offset":0,"next":1,"cause":""", seen[0], StringComparison.Ordinal);
        Assert.StartsWith("""{"decision":"skip","table":"/table","log":"orders","offset":0,"next":1,"cause":""", seen[1], StringComparison.Ordinal);
    }

    // Runs the feed until its log is so long.
    private async Task FeedAsync(Table table, long until)
    {
        using var enough = new CancellationTokenSource();
        Task feed = ChangeFeed.RunAsync(table, _feed, enough.Token);
        await Task.WhenAny(feed, _feed.WaitForCommittedAsync(new Offset(until - 1)).AsTask());
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => feed);
    }

    private async Task StoppedAsync(Table table, long position, long decisions = 0)
    {
        while (_feed.Watermarks.Committed.Value < decisions)
        {
            await _feed.WaitForCommittedAsync(new Offset(decisions - 1));
        }

        await Assert.ThrowsAsync<TableException>(() => table.WaitForAsync(new Offset(position)).AsTask());
    }

    private static string State(Table table)
    {
        using IStoreSnapshot snapshot = table.OpenSnapshot();
        var text = new StringBuilder();
        using IVersionCursor rows = snapshot.Scan(KeyRange.All, snapshot.Position);
        while (rows.MoveNext())
        {
            text.Append($"{Encoding.UTF8.GetString(rows.Current.Key)}={Encoding.UTF8.GetString(rows.Current.Value.Span)} ");
        }

        return text.ToString();
    }
}
