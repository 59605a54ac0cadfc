using System.Text;
using Duramen.Core.Ids;
using Duramen.Disk;
using Duramen.Disk.Memory;
using Duramen.Log;
using Duramen.Log.Memory;
using Duramen.Records.Batches;
using Duramen.State.Store;
using Duramen.State.Tables;
using Duramen.State.Tables.Topics;

namespace ReadingTables.Tests;

/// <summary>The samples of docs/tables.md.</summary>
public sealed class TableTests
{
    [Fact]
    public async Task A_table_is_read_now_as_it_was_and_between()
    {
        (IDisk disk, ILog log) = (new MemoryDisk(), new MemoryLog(new LogId(Guid.NewGuid()), "orders"));
        await using Table orders = Table.Open(disk, "/var/lib/app/orders-table", log);
        AppendResult placed = await log.AppendAsync(Order("order-7", "ann 2 chairs"));
        await orders.WaitForAsync(placed.NextOffset);           // what was appended is folded
        byte[]? now = orders.Get("order-7"u8);
        byte[]? then = orders.Get("order-7"u8, new Offset(0));

        using IStoreSnapshot snapshot = orders.OpenSnapshot();  // does not change any more
        Offset yesterday = await orders.FindAsOfAsync(DateTimeOffset.UtcNow.AddDays(-1).ToUnixTimeMilliseconds());
        using IDifferenceCursor changed = snapshot.Diff(yesterday, snapshot.Position);
        while (changed.MoveNext())
        {
            Console.WriteLine($"{changed.Current.Kind} {Encoding.UTF8.GetString(changed.Current.Key)}");
        }

        Assert.Equal("ann 2 chairs"u8.ToArray(), now);
        Assert.Null(then);
        Assert.Equal(Offset.Zero, yesterday);
    }

    [Fact]
    public async Task The_partitions_of_a_topic_are_read_together()
    {
        (IDisk disk, ILog first, ILog second) =
            (new MemoryDisk(), new MemoryLog(new LogId(Guid.NewGuid()), "payments-0"), new MemoryLog(new LogId(Guid.NewGuid()), "payments-1"));
        await first.AppendAsync(Order("eu-1", "ann 10"));
        await second.AppendAsync(Order("eu-2", "bob 20"));

        await using TopicTable payments = TopicTable.Open(disk, "/var/lib/app/payments-table", [new TablePartition(0, first), new TablePartition(1, second)]);
        await payments.WaitForAsync(payments.Committed);
        using TopicSnapshot all = payments.OpenSnapshot();
        Moment noon = await all.FindAsync(AsOf.Time(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds()));
        using TopicVersions rows = all.Scan(KeyRange.WithPrefix("eu-"u8), noon);
        while (rows.MoveNext())
        {
            Console.WriteLine($"{Encoding.UTF8.GetString(rows.Current.Key)} in partition {rows.Partition}");
        }

        Assert.Equal("0:0,1:0", noon.ToString());
        Assert.True(all.TryGet("eu-2"u8, all.Position, out _, out int partition));
        Assert.Equal(1, partition);
    }

    [Fact]
    public async Task A_projection_is_a_table_too()
    {
        (IDisk disk, ILog log) = (new MemoryDisk(), new MemoryLog(new LogId(Guid.NewGuid()), "orders"));
        await log.AppendAsync(Order("order-7", "ann 2 chairs"));
        await log.AppendAsync(Order("order-8", "ann 1 table"));

        await using Table counts = Table.Open(disk, "/var/lib/app/counts", new OrdersByCustomer(), [log]);
        await counts.WaitForAsync(log.Watermarks.Committed);

        Assert.Equal("2"u8.ToArray(), counts.Get("ann"u8));
    }

    [Fact]
    public async Task An_inline_table_has_what_was_appended_when_the_append_returns()
    {
        (IDisk disk, ILog log) = (new MemoryDisk(), new MemoryLog(new LogId(Guid.NewGuid()), "orders"));
        await using Table byId = Table.Open(disk, "/by-id", log);
        await using Table byCustomer = Table.Open(disk, "/by-customer", new OrdersByCustomer(), [log]);

        var orders = new InlineLog(log, byId, byCustomer);
        InlineAppend appended = await orders.AppendInlineAsync(Order("order-7", "ann 2 chairs"));
        byte[]? now = byId.Get("order-7"u8);                    // has what was appended

        Assert.True(appended.IsVisible);
        Assert.Equal("ann 2 chairs"u8.ToArray(), now);
        Assert.Equal("1"u8.ToArray(), byCustomer.Get("ann"u8));
    }

    private static Memory<byte> Order(string key, string value)
    {
        using var batch = new RecordBatchBuilder();
        batch.Append(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value));
        return batch.Build().ToArray();
    }
}
