using Duramen.Core.Ids;
using Duramen.Disk.Memory;
using Duramen.Log.Memory;
using Duramen.Records.Batches;
using Duramen.State.Tables.Topics;

namespace Duramen.Sql.Tests;

/// <summary>What docs/sql.md shows in C#.</summary>
public sealed class DocumentTests
{
    [Fact]
    public async Task A_query_runs_over_a_snapshot()
    {
        await using var log = new MemoryLog(new LogId(Guid.NewGuid()), "orders");
        using (var builder = new RecordBatchBuilder())
        {
            builder.Append(0, "o1"u8, """{"amount":10}"""u8);
            builder.Append(0, "o2"u8, """{"amount":20}"""u8);
            builder.Append(0, "o3"u8, """{"amount":5}"""u8);
            await log.AppendAsync(builder.Build());
        }

        await using TopicTable table = TopicTable.Open(new MemoryDisk(), "/orders", [new TablePartition(0, log)]);
        await table.WaitForAsync(table.Committed);
        long total = 0;

        using TopicSnapshot orders = table.OpenSnapshot();
        TableCatalog catalog = new TableCatalog().Add("orders", QueryTable.Of(orders));
        using TableQuery query = await TableQuery.PrepareAsync("SELECT key, value ->> '$.amount' FROM orders WHERE key >= 'o2'", catalog);
        while (query.MoveNext())
        {
            total += query[1].Number;
        }

        Assert.Equal(25, total);
    }
}
