using System.Text;
using Duramen.Core.Ids;
using Duramen.Disk.Memory;
using Duramen.Log.Memory;
using Duramen.Records.Batches;
using Duramen.State.Tables;
using Duramen.State.Tables.Topics;

namespace Duramen.Sql.Tests;

/// <summary>Queries over the tables of a topic with two partitions, on disk.</summary>
public sealed class TopicQueryTests : IAsyncLifetime
{
    private readonly MemoryLog _east = new(new LogId(Guid.NewGuid()), "orders-0");
    private readonly MemoryLog _west = new(new LogId(Guid.NewGuid()), "orders-1");
    private TopicTable _table = null!;
    private TopicSnapshot _snapshot = null!;

    public async Task InitializeAsync()
    {
        await AppendAsync(_east, 1_000, "a=1", "c=1");
        await AppendAsync(_west, 2_000, "b=1", "a=9");
        await AppendAsync(_east, 3_000, "a=2");
        var disk = new MemoryDisk();
        _table = TopicTable.Open(disk, "/orders", [new TablePartition(0, _east), new TablePartition(1, _west)]);
        await _table.WaitForAsync(_table.Committed);
        _snapshot = _table.OpenSnapshot();
    }

    public async Task DisposeAsync()
    {
        _snapshot.Dispose();
        await _table.DisposeAsync();
        await _east.DisposeAsync();
        await _west.DisposeAsync();
    }

    [Fact]
    public async Task All_partitions_are_one_table()
    {
        Assert.Equal(["a|2|0", "a|9|1", "b|1|1", "c|1|0"], await AskAsync("SELECT key, value, partition FROM orders ORDER BY key, partition"));
        Assert.Equal(["2", "9"], await AskAsync("SELECT value FROM orders WHERE key = 'a' ORDER BY partition"));
        Assert.Equal(["a|9", "b|1"], await AskAsync("SELECT key, value FROM orders WHERE partition = 1 ORDER BY key"));
        Assert.Equal(["0|0", "0|1", "0|2", "1|0", "1|1"], await AskAsync("SELECT partition, offset FROM \"orders@history\" ORDER BY partition, offset"));
    }

    [Fact]
    public async Task A_time_is_one_moment_of_all_partitions()
    {
        Assert.Equal(["a|1", "a|9", "b|1", "c|1"], await AskAsync("SELECT key, value FROM orders('@2000') ORDER BY key, partition"));
        Assert.Equal(["a|1", "c|1"], await AskAsync("SELECT key, value FROM orders('1970-01-01T00:00:01Z') ORDER BY key, partition"));
    }

    [Fact]
    public async Task An_offset_needs_its_partition()
    {
        Assert.Equal(["a|1", "b|1"], await AskAsync("SELECT key, value FROM orders('0:1,1:1') ORDER BY key"));
        TableException error = await Assert.ThrowsAsync<TableException>(() => AskAsync("SELECT * FROM orders(1)"));
        Assert.Equal(TableErrors.InvalidMoment, error.Code);
    }

    private Task<string[]> AskAsync(string sql) => new TableCatalog().Add("orders", QueryTable.Of(_snapshot)).AskAsync(sql);

    private static async Task AppendAsync(MemoryLog log, long timestampMs, params string[] records)
    {
        using var builder = new RecordBatchBuilder();
        foreach (string record in records)
        {
            builder.Append(timestampMs, Encoding.UTF8.GetBytes(record[..1]), Encoding.UTF8.GetBytes(record[2..]));
        }

        await log.AppendAsync(builder.Build());
    }
}
