using Duramen.Core.Ids;
using Duramen.Disk.Simulated;
using Duramen.Log.Memory;
using Duramen.State.Store;
using Duramen.State.Tables;
using Duramen.State.Tests.Tables.Equality;

namespace Duramen.State.Tests.Tables;

/// <summary>
/// Crashes at every operation of the disk while a table writes runs, merges them, is rebuilt, and swaps the new store for the old one. Whatever is left, the table that is opened on it answers as a naive fold of its log, as far
/// as it has got and at the end.
/// </summary>
public sealed class TableCrashTests
{
    private const int Batches = 12;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_crash_at_any_operation_of_a_table_leaves_what_goes_on_to_the_answers_of_a_naive_fold(bool isPowerCut)
    {
        bool isDone = false;
        int crashes = 0;
        for (long at = 1; !isDone; at += 1 + (at / 12))
        {
            var log = new MemoryLog(new LogId(new Guid(7, 0, 0, new byte[8])), "orders");
            var rows = new List<NaiveTable.Row>();
            var disk = new SimulatedDisk((ulong)at) { CrashAt = at };
            isDone = await RunAsync(disk, log, rows);
            crashes += isDone ? 0 : 1;
            if (isPowerCut)
            {
                disk.PowerCut((ulong)at);
            }
            else
            {
                disk.ProcessKill();
            }

            var notices = new List<string>();
            await using Table table = Table.Open(disk, "/table", log, Options(notices));
            Check(table, rows);
            await table.WaitForAsync(log.Watermarks.Committed);
            Check(table, rows);
            Assert.Empty(notices);
        }

        Assert.InRange(crashes, 30, int.MaxValue);
    }

    // Folds, rebuilds and folds on; says whether it came to the end.
    private static async Task<bool> RunAsync(SimulatedDisk disk, MemoryLog log, List<NaiveTable.Row> rows)
    {
        Table? table = null;
        try
        {
            table = Table.Open(disk, "/table", log, Options([]));
            for (int batch = 0; batch < Batches; batch++)
            {
                await AppendAsync(log, rows, batch);
                if (batch is Batches / 2)
                {
                    table.Rebuild();
                }

                await table.WaitForAsync(log.Watermarks.Committed);
            }

            await table.DisposeAsync();
            return true;
        }
        catch (Exception crash) when (crash is SimulatedCrashException or TableException or StoreException)
        {
            // A table that stopped is closed as a process that dies does not; what its threads still do meets a disk that is gone.
            while (rows.Count < Batches * 10)
            {
                await AppendAsync(log, rows, rows.Count / 10);
            }

            await CloseAsync(table);
            return false;
        }
    }

    private static async Task CloseAsync(Table? table)
    {
        try
        {
            await (table?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
        catch (SimulatedCrashException)
        {
        }
    }

    private static TableOptions Options(List<string> notices) => new() { MemoryBytes = 1 << 20, RecentBytes = 2 << 10, Notice = notices.Add };

    private static async Task AppendAsync(MemoryLog log, List<NaiveTable.Row> rows, int batch)
    {
        var records = new (string? Key, string? Value)[10];
        for (int record = 0; record < records.Length; record++)
        {
            int number = (batch * records.Length) + record;
            records[record] = ($"k{number * 7 % 23}", number % 9 == 4 ? null : $"{number} {new string('v', number % 50)}");
            rows.Add(new NaiveTable.Row(number, TableFixture.TimeOf(number), records[record].Key, records[record].Value));
        }

        await log.AppendAsync(records);
    }

    private static void Check(Table table, List<NaiveTable.Row> rows)
    {
        using IStoreSnapshot snapshot = table.OpenSnapshot();
        long position = snapshot.Position.Value;
        var naive = new NaiveTable([.. rows.Where(row => row.Offset < position)], 0, position);
        long[] moments = [0, position / 3, position / 2, position];
        Assert.Equal(naive.Describe(moments), naive.Describe(snapshot, moments));
    }
}
