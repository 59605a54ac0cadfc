using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.Disk;
using Duramen.Disk.Memory;
using Duramen.Disk.Simulated;
using Duramen.Log;
using Duramen.Log.Memory;
using Duramen.State.Store;
using Duramen.State.Tables;
using Duramen.State.Tests.Machines;
using Duramen.State.Tests.Store;

namespace Duramen.State.Tests.Tables;

public sealed class TableTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly MemoryDisk _disk = new();
    private readonly MemoryLog _log = new(new LogId(Guid.NewGuid()), "orders");
    private readonly List<string> _notices = [];

    [Fact]
    public async Task A_table_follows_its_log_and_is_read_as_of_any_offset()
    {
        await _log.AppendAsync(("a", "1"), ("b", "2"), (null, "no key"));
        await using Table table = Open();
        await WaitAsync(table, 3);
        Assert.Equal("1", table.Get("a"));
        await WaitAsync(table, (await _log.AppendAsync(("a", null), ("b", "4"))).Value);
        Assert.Null(table.Get("a"));
        Assert.Equal("1", table.Get("a", 3));
        Assert.Equal("2", table.Get("b", 4));
        Assert.Equal("4", table.Get("b", 5));
        using IStoreSnapshot snapshot = table.OpenSnapshot();
        Assert.Equal("b=4@4", snapshot.Scan(KeyRange.All, 5));
        Assert.Equal("a=1@0 a=-", snapshot.History("a"));
        Assert.Equal("Removed a 1@0>- Changed b 2@1>4@4", snapshot.Diff(3, 5));
    }

    [Fact]
    public async Task A_value_that_comes_back_after_its_record_was_trimmed_is_a_difference()
    {
        await _log.AppendAsync(("a", "1"), ("b", "1"));
        await using Table table = Table.Open(_disk, "/table", _log, new TableOptions { ForgetsTrimmed = true });
        await WaitAsync(table, 2);
        await ((ILog)_log).TrimAsync(new Offset(1));
        await WaitAsync(table, (await _log.AppendAsync(("a", "1"))).Value);

        using IStoreSnapshot snapshot = table.OpenSnapshot();
        Assert.Equal("Added a ->1@2", snapshot.Diff(2, 3));
        Assert.Equal("Removed a 1@2>-", snapshot.Diff(3, 2));
        Assert.Equal("b=1@1", snapshot.Scan(KeyRange.All, 2));
        Assert.Equal("a=1@2", snapshot.History("a"));
    }

    [Fact]
    public async Task What_is_committed_while_a_read_finds_nothing_is_folded_all_the_same()
    {
        var log = new GatedLog(_log) { DuringEmptyRead = async () => await _log.AppendAsync(("a", "1")) };
        await using Table table = Table.Open(_disk, "/table", log);
        await WaitAsync(table, 1);
        Assert.Equal("1", table.Get("a"));
    }

    [Fact]
    public async Task A_table_that_lets_records_gather_folds_them_when_somebody_waits_and_can_be_closed_meanwhile()
    {
        var gathering = new TableOptions { GathersFor = TimeSpan.FromDays(1) };
        await using (Table table = Table.Open(_disk, "/table", _log, gathering))
        {
            for (int record = 0; record < 10; record++)
            {
                await WaitAsync(table, (await _log.AppendAsync(("a", $"{record}"))).Value);
                Assert.Equal($"{record}", table.Get("a"));
            }

            await _log.AppendAsync(("a", "10"));
        }

        await using Table reopened = Table.Open(_disk, "/table", _log, gathering);
        await WaitAsync(reopened, 11);
        Assert.Equal("10", reopened.Get("a"));
    }

    [Fact]
    public async Task A_table_that_lets_records_gather_folds_them_after_a_while_though_nobody_waits()
    {
        await using Table table = Table.Open(_disk, "/table", _log, new TableOptions { GathersFor = TimeSpan.FromMilliseconds(1) });
        await _log.AppendAsync(("a", "1"));
        while (table.Position == Offset.Zero)
        {
            await Task.Yield();
        }

        Assert.Equal("1", table.Get("a"));
    }

    [Fact]
    public async Task A_table_that_is_opened_again_goes_on_where_it_was()
    {
        await _log.AppendAsync(("a", "1"));
        await using (Table table = Open())
        {
            await WaitAsync(table, 1);
        }

        await _log.AppendAsync(("b", "2"));
        await _log.TrimAsync(new Offset(1));
        await using Table reopened = Open();
        await WaitAsync(reopened, 2);
        Assert.Equal("1", reopened.Get("a"));
        Assert.Equal("2", reopened.Get("b"));
        Assert.Empty(_notices);
    }

    [Fact]
    public async Task A_time_is_the_offset_after_every_record_at_or_before_it()
    {
        await _log.AppendAsync(("a", "1"), ("a", "2"), ("a", "3"));
        await using Table table = Open();
        Assert.Equal(Offset.Zero, await table.FindAsOfAsync(TableFixture.TimeOf(0) - 1));
        Assert.Equal(new Offset(1), await table.FindAsOfAsync(TableFixture.TimeOf(0)));
        Assert.Equal(new Offset(2), await table.FindAsOfAsync(TableFixture.TimeOf(2) - 1));
        Assert.Equal(new Offset(3), await table.FindAsOfAsync(TableFixture.TimeOf(2)));
        Assert.Equal(new Offset(3), await table.FindAsOfAsync(long.MaxValue));
    }

    [Fact]
    public async Task A_record_that_cannot_be_folded_stops_the_table_with_its_coordinates_until_it_is_skipped()
    {
        await _log.AppendAsync(("a", "1"), ("a", "bad"), ("a", "2"));
        await using Table table = Open(new Totals());
        await WaitForFaultAsync(table);
        TableFault fault = table.Fault!;
        Assert.Equal(("orders", 1L), (fault.Log, fault.Offset.Value));
        TableException stopped = await Assert.ThrowsAsync<TableException>(() => table.WaitForAsync(new Offset(3)).AsTask());
        Assert.Equal(TableErrors.Stopped, stopped.Code);
        Assert.Contains("offset 1 of log 'orders'", stopped.Message, StringComparison.Ordinal);

        // What was folded stays readable, and nothing of the bad record is in it.
        Assert.Equal("1", table.Get("a"));
        Assert.Equal("1", table.Get("count"));
        Assert.Equal(1, table.Position.Value);

        table.Skip();
        await WaitAsync(table, 3);
        Assert.Equal("3", table.Get("a"));
        Assert.Equal("2", table.Get("count"));
        Assert.Contains("skips from offset 1 to 2 of log 'orders'", Assert.Single(_notices), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_whose_key_is_too_long_for_a_table_is_passed_over_and_the_first_is_said()
    {
        string longest = new('k', StoreLimits.KeyMaxBytes);
        Offset end = await _log.AppendAsync(("a", "1"), (longest, "2"), (longest + "k", "3"), ("a", "4"), (longest + "kk", null), ("b", "5"));
        await using Table table = Open();
        await WaitAsync(table, end.Value);
        Assert.Null(table.Fault);
        using IStoreSnapshot snapshot = table.OpenSnapshot();
        Assert.Equal($"a=4@3 b=5@5 {longest}=2@1", snapshot.Scan(KeyRange.All, end.Value));
        string said = Assert.Single(_notices);
        Assert.Contains("offset 2 has a key of 65537 bytes", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_is_tried_again_when_its_projection_was_corrected()
    {
        var totals = new Totals();
        await _log.AppendAsync(("a", "bad"), ("a", "2"));
        await using Table table = Open(totals);
        await WaitForFaultAsync(table);
        totals.IsLenient = true;
        table.Retry();
        await WaitAsync(table, 2);
        Assert.Equal("2", table.Get("a"));
        Assert.Null(table.Fault);
    }

    [Fact]
    public async Task A_changed_projection_is_folded_beside_the_old_table_which_is_read_until_then()
    {
        await _log.AppendAsync(("a", "1"), ("a", "2"));
        await using (Table first = Open(new Totals(version: 1)))
        {
            await WaitAsync(first, 2);
            Assert.Equal("3", first.Get("a"));
        }

        // The new version stops before it has caught up, so that the old table stays the last good one.
        await _log.AppendAsync(("a", "bad"), ("a", "1"));
        var second = new Totals(version: 10);
        await using (Table table = Open(second))
        {
            await WaitForFaultAsync(table);
            Assert.True(table.IsRebuilding);
            Assert.Equal("3", table.Get("a"));
            Assert.Equal(2, table.Position.Value);
        }

        second.IsLenient = true;
        await using (Table third = Open(second))
        {
            await WaitAsync(third, 4);
            Assert.False(third.IsRebuilding);
            Assert.Equal("40", third.Get("a"));
        }

        // The new one is read before the old one is deleted.
        Assert.Single(_disk.ListFolders("/table"));
    }

    [Fact]
    public async Task A_rebuilt_table_is_the_same_table()
    {
        await _log.AppendAsync(("a", "1"), ("b", "2"), ("a", "3"));
        await using Table table = Open();
        await WaitAsync(table, 3);
        using IStoreSnapshot before = table.OpenSnapshot();
        table.Rebuild();
        await WaitAsync(table, (await _log.AppendAsync(("c", "4"))).Value);
        using IStoreSnapshot after = table.OpenSnapshot();
        Assert.Equal(before.Scan(KeyRange.All, 3), after.Scan(KeyRange.All, 3));
        Assert.Equal("a=1@0 a=3@2", after.History("a"));
        Assert.Equal("a=1@0 a=3@2", before.History("a"));
    }

    [Fact]
    public async Task A_damaged_table_is_folded_again_and_that_is_said()
    {
        var disk = new SimulatedDisk();
        await _log.AppendAsync(("a", "1"), ("b", "2"));
        await using (Table table = Table.Open(disk, "/table", _log))
        {
            await WaitAsync(table, 2);
        }

        string run = disk.AllFiles().Single(path => path.EndsWith(".run", StringComparison.Ordinal));
        disk.FlipBit(run, 4, 1);
        await using Table damaged = Table.Open(disk, "/table", _log, new TableOptions { Notice = _notices.Add });
        Assert.Equal(StoreErrors.Damaged, Assert.Throws<StoreException>(() => damaged.Get("a")).Code);
        await WaitUntilAsync(damaged, () => _notices.Count > 0);

        // The damage is said before the store is replaced, whose position is 2 as well.
        using IStoreSnapshot anew = await damaged.OpenSnapshotAsync(new Offset(2)).AsTask().WaitAsync(Patience);
        Assert.Equal("a=1@0 b=2@1", anew.Scan(KeyRange.All, 2));
        Assert.Contains(run, Assert.Single(_notices), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damage_that_the_fold_itself_meets_is_no_fault_of_a_record()
    {
        var disk = new SimulatedDisk();
        await _log.AppendAsync(("a", "1"), ("b", "2"));
        await using (Table table = Table.Open(disk, "/table", new Totals(), [_log]))
        {
            await WaitAsync(table, 2);
        }

        disk.FlipBit(disk.AllFiles().Single(path => path.EndsWith(".run", StringComparison.Ordinal)), 4, 1);
        await _log.AppendAsync(("a", "5"));
        await using Table damaged = Table.Open(disk, "/table", new Totals(), [_log], new TableOptions { Notice = _notices.Add });
        await WaitUntilAsync(damaged, () => damaged.Position.Value == 3);
        Assert.Equal("6", damaged.Get("a"));
        Assert.Equal("3", damaged.Get("count"));
        Assert.Null(damaged.Fault);
        Assert.Single(_notices);
    }

    [Fact]
    public async Task A_folder_that_had_the_table_of_another_log_answers_nothing_from_it()
    {
        var disk = new MemoryDisk();
        await using var other = new MemoryLog(new LogId(Guid.NewGuid()), "orders");
        await other.AppendAsync(("a", "other"), ("b", "other"), ("c", "other"));
        await using (Table table = Table.Open(disk, "/table", other))
        {
            await WaitAsync(table, 3);
        }

        await _log.AppendAsync(("a", "1"));
        await using Table mine = Table.Open(disk, "/table", _log, new TableOptions { Notice = _notices.Add });
        using IStoreSnapshot snapshot = await mine.OpenSnapshotAsync(new Offset(1));
        Assert.Equal(new Offset(1), snapshot.Position);
        Assert.Equal("a=1@0", snapshot.Scan(KeyRange.All, 1));
        Assert.Contains("was of another log", Assert.Single(_notices), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disk_that_fails_stops_the_table_and_a_retry_goes_on()
    {
        var disk = new SimulatedDisk();
        await using Table table = Table.Open(disk, "/table", _log, new TableOptions { RecentBytes = 64 << 10, Notice = _notices.Add });
        disk.AddFault(new DiskFault(DiskOperationKind.Sync, Times: 1));
        for (int batch = 0; batch < 40; batch++)
        {
            await _log.AppendAsync([.. Enumerable.Range(0, 50).Select(record => ((string?)$"{record}", (string?)$"{batch} {new string('x', 100)}"))]);
        }

        await WaitForFaultAsync(table);
        Assert.Null(table.Fault!.Log);
        Assert.StartsWith("The table in /table stopped: ", Assert.Single(_notices), StringComparison.Ordinal);
        Assert.NotNull(table.Get("0"));
        table.Retry();
        await WaitAsync(table, 2000);
        Assert.StartsWith("39 ", table.Get("49"), StringComparison.Ordinal);
        Assert.StartsWith("3 ", table.Get("49", 200), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rebuild_that_the_disk_refuses_waits_for_a_retry()
    {
        var disk = new SimulatedDisk();
        await _log.AppendAsync(("a", "1"));
        await using Table table = Table.Open(disk, "/table", _log);
        await WaitAsync(table, 1);
        disk.AddFault(new DiskFault(DiskOperationKind.CreateFolder));
        table.Rebuild();
        await WaitForFaultAsync(table);
        Assert.Equal(TableErrors.Stopped, Assert.Throws<TableException>(() => table.Get("a")).Code);
        disk.ClearFaults();
        table.Retry();
        await WaitAsync(table, (await _log.AppendAsync(("b", "2"))).Value);
        Assert.Equal("1", table.Get("a"));
        Assert.Equal("2", table.Get("b"));
    }

    [Fact]
    public async Task A_log_that_was_trimmed_beyond_the_table_stops_it_until_it_is_rebuilt()
    {
        await _log.AppendAsync(("a", "1"));
        await using (Table table = Open())
        {
            await WaitAsync(table, 1);
        }

        await _log.AppendAsync(("b", "2"));
        await _log.AppendAsync(("c", "3"));
        await _log.TrimAsync(new Offset(2));
        await using Table overtaken = Open();
        await WaitForFaultAsync(overtaken);
        Assert.Equal(TableErrors.Overtaken, ((DuramenException)overtaken.Fault!.Cause).Code);
        Assert.Equal("1", overtaken.Get("a"));
        overtaken.Rebuild();
        await WaitAsync(overtaken, 3);
        Assert.Null(overtaken.Get("a"));
        Assert.Equal("3", overtaken.Get("c"));
        Assert.Equal(2, overtaken.Horizon.Value);
    }

    [Fact]
    public async Task The_changes_of_a_table_are_followed_from_any_offset_and_on()
    {
        await _log.AppendAsync(("a", "1"), ("b", "2"), ("a", null));
        await using Table table = Open();
        await WaitAsync(table, 3);
        var seen = new List<string>();
        using var enough = new CancellationTokenSource(Patience);
        await foreach (TableVersion version in table.FollowAsync(new Offset(1), enough.Token))
        {
            seen.Add(TableFixture.Describe(version));
            if (seen.Count == 2)
            {
                await _log.AppendAsync(("c", "4"));
            }

            if (seen.Count == 3)
            {
                break;
            }
        }

        Assert.Equal(["b=2@1", "a=-@2", "c=4@3"], seen);
    }

    [Fact]
    public async Task A_projection_of_two_logs_resumes_in_both()
    {
        var other = new MemoryLog(new LogId(Guid.NewGuid()), "payments");
        await _log.AppendAsync(("a", "1"), ("b", "2"));
        await other.AppendAsync(("a", "10"));
        await using (Table table = Table.Open(_disk, "/table", new Totals(), [_log, other]))
        {
            await WaitAsync(table, 3);
            Assert.Equal("11", table.Get("a"));
        }

        await other.AppendAsync(("b", "20"));
        await _log.AppendAsync(("a", "5"));
        await using Table reopened = Table.Open(_disk, "/table", new Totals(), [_log, other]);
        await WaitAsync(reopened, 5);
        Assert.Equal("16", reopened.Get("a"));
        Assert.Equal("22", reopened.Get("b"));
        Assert.Equal("5", reopened.Get("count"));
    }

    [Fact]
    public async Task History_is_kept_as_far_as_the_options_say()
    {
        await _log.AppendAsync(("a", "1"), ("a", "2"), ("a", "3"), ("a", "4"));
        await using Table table = Table.Open(_disk, "/table", _log, new TableOptions { HistoryOffsets = 2 });
        await WaitAsync(table, 4);
        Assert.Equal(2, table.Horizon.Value);
        Assert.Equal("2", table.Get("a", 2));
        Assert.Equal(StoreErrors.BelowHorizon, Assert.Throws<StoreException>(() => table.Get("a", 1)).Code);
    }

    [Fact]
    public async Task A_table_computed_on_request_is_the_table_as_of_that_offset()
    {
        await _log.AppendAsync(("a", "1"), ("b", "2"), ("a", "3"));
        await using Table table = Open();
        await WaitAsync(table, 3);
        using IStoreSnapshot stored = table.OpenSnapshot();
        for (long asOf = 0; asOf <= 3; asOf++)
        {
            using IStoreSnapshot live = await LiveTable.ComputeAsync(_log, new Offset(asOf));
            Assert.Equal(asOf, live.Position.Value);
            Assert.Equal(stored.Scan(KeyRange.All, asOf), live.Scan(KeyRange.All, asOf));
        }
    }

    [Fact]
    public async Task Who_waits_on_a_table_that_is_closed_is_told()
    {
        Table table = Open();
        Task waiting = table.WaitForAsync(new Offset(1)).AsTask();
        await table.DisposeAsync();
        Assert.Equal(TableErrors.Closed, (await Assert.ThrowsAsync<TableException>(() => waiting)).Code);
        Assert.Equal(TableErrors.Closed, Assert.Throws<TableException>(() => table.Get("a")).Code);
    }

    private Table Open(IProjection? projection = null)
    {
        var options = new TableOptions { Notice = _notices.Add };
        return projection is null ? Table.Open(_disk, "/table", _log, options) : Table.Open(_disk, "/table", projection, [_log], options);
    }

    private static async Task WaitAsync(Table table, long position) => await table.WaitForAsync(new Offset(position)).AsTask().WaitAsync(Patience);

    private static Task WaitForFaultAsync(Table table) => WaitUntilAsync(table, () => table.Fault is not null);

    private static async Task WaitUntilAsync(Table table, Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        Assert.NotNull(table);
    }
}
