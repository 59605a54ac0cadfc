using System.Text;
using Duramen.Core.Errors;
using Duramen.Derived;
using Duramen.State.Store;
using Duramen.State.Tables.Topics;

namespace Duramen.Node.Tests.Http;

public sealed class NodeTablesTests
{
    [Fact]
    public async Task A_table_goes_on_after_a_restart_from_where_it_was()
    {
        string path = Directory.CreateTempSubdirectory("duramen-").FullName;
        try
        {
            await using (HttpNode node = await HttpNode.StartAsync(path))
            {
                await node.CreateTopicAsync("t");
                await node.AppendAsync("t", "a=1 b=2");
                Assert.Equal("1", (await node.GetAsync("/v1/tables/t/a")).GetProperty("value").GetString());
            }

            string[] runs = Runs(path);
            Assert.Single(runs);
            await using HttpNode again = await HttpNode.StartAsync(path);
            Assert.Equal("1", (await again.GetAsync("/v1/tables/t/a")).GetProperty("value").GetString());
            Assert.Equal(runs, Runs(path));

            // What was trimmed from the log is gone from the table too, as if it had been folded anew.
            await again.Log("t").TrimAsync(new(1));
            await again.RefusedAsync("/v1/tables/t/a", 404, "key-unknown");
            Assert.Equal("2", (await again.GetAsync("/v1/tables/t/b")).GetProperty("value").GetString());
            Assert.Equal(runs, Runs(path));
        }
        finally
        {
            Directory.Delete(path, recursive: true);
        }
    }

    [Fact]
    public async Task A_table_whose_log_was_trimmed_beyond_it_is_folded_anew()
    {
        string path = Directory.CreateTempSubdirectory("duramen-").FullName;
        try
        {
            await using (HttpNode node = await HttpNode.StartAsync(path))
            {
                await node.CreateTopicAsync("t");
                await node.AppendAsync("t", "a=1");
                await node.GetAsync("/v1/tables/t/a");
            }

            await using HttpNode again = await HttpNode.StartAsync(path);
            await again.AppendAsync("t", "b=2 c=3");
            await again.Log("t").TrimAsync(new(2));
            Assert.Equal("3", (await again.GetAsync("/v1/tables/t/c")).GetProperty("value").GetString());
            await again.RefusedAsync("/v1/tables/t/a", 404, "key-unknown");
        }
        finally
        {
            Directory.Delete(path, recursive: true);
        }
    }

    [Fact]
    public async Task A_disk_that_takes_no_table_is_said_and_asked_again()
    {
        string path = Directory.CreateTempSubdirectory("duramen-").FullName;
        try
        {
            await using HttpNode node = await HttpNode.StartAsync(path);
            await node.CreateTopicAsync("t");
            await node.AppendAsync("t", "a=1");
            string derived = Path.Combine(path, "derived");
            await File.WriteAllTextAsync(derived, "in the way");

            await node.RefusedAsync("/v1/tables/t/a", 503, "disk-exists");
            await node.RefusedAsync("/v1/entities/t/a", 503, "disk-exists");
            File.Delete(derived);
            Assert.Equal("1", (await node.GetAsync("/v1/tables/t/a")).GetProperty("value").GetString());
            Assert.Equal(1, (await node.GetAsync("/v1/entities/t/a")).GetProperty("version").GetInt32());
        }
        finally
        {
            Directory.Delete(path, recursive: true);
        }
    }

    [Fact]
    public async Task A_table_is_deleted_with_its_topic_and_the_next_of_the_name_has_nothing_of_it()
    {
        string path = Directory.CreateTempSubdirectory("duramen-").FullName;
        try
        {
            await using HttpNode node = await HttpNode.StartAsync(path);
            await node.CreateTopicAsync("t");
            await node.AppendAsync("t", "a=1");
            await node.GetAsync("/v1/tables/t/a");
            string table = Directory.GetDirectories(Path.Combine(path, "derived", "tables")).Single();
            await node.DeleteTopicAsync("t");
            await node.RefusedAsync("/v1/tables/t/a", 404, "topic-unknown");
            await node.CreateTopicAsync("t");
            await node.RefusedAsync("/v1/tables/t/a", 404, "key-unknown");
            await WaitAsync(() => !Directory.Exists(table));
        }
        finally
        {
            Directory.Delete(path, recursive: true);
        }
    }

    [Fact]
    public async Task A_topic_that_got_more_partitions_is_read_with_them()
    {
        await using HttpNode node = await HttpNode.StartAsync();
        await node.CreateTopicAsync("t");
        await node.AppendAsync("t", "a=1");
        Assert.Equal("1", (await node.GetAsync("/v1/tables/t")).GetProperty("asOf").GetString());
        await node.AddPartitionsAsync("t", 2);
        await node.AppendAsync("t", "b=2", partition: 1);
        Assert.Equal("0:1,1:1", (await node.GetAsync("/v1/tables/t")).GetProperty("asOf").GetString());
        Assert.Equal(2, (await node.GetAsync("/v1/tables/t")).GetProperty("rows").GetArrayLength());
    }

    [Fact]
    public async Task Tables_that_nobody_uses_make_room_for_others()
    {
        await using HttpNode node = await HttpNode.StartAsync(state: new StateOptions { MemoryBytes = 3 << 20 });
        foreach (string topic in (string[])["a", "b", "c", "d", "e", "f"])
        {
            await node.CreateTopicAsync(topic);
            await node.AppendAsync(topic, $"k={topic}");
            Assert.Equal(topic, (await node.GetAsync($"/v1/tables/{topic}/k")).GetProperty("value").GetString());
        }

        Assert.Equal("a", (await node.GetAsync("/v1/tables/a/k")).GetProperty("value").GetString());
        await node.CreateTopicAsync("wide", partitions: 4);
        await node.RefusedAsync("/v1/tables/wide/k", 503, "state-exhausted");
    }

    [Fact]
    public async Task A_read_that_waits_too_long_for_its_table_is_told_to_come_again()
    {
        await using HttpNode node = await HttpNode.StartAsync(state: new StateOptions { ReadTimeout = TimeSpan.Zero });
        await node.CreateTopicAsync("t");
        using HttpResponseMessage response = await node.Client.GetAsync("/v1/tables/t/a");
        await HttpNode.RefusedAsync(response, 503, "state-behind");
        Assert.NotNull(response.Headers.RetryAfter);
    }

    [Fact]
    public async Task A_program_reads_the_tables_of_its_node_without_http()
    {
        await using HttpNode node = await HttpNode.StartAsync();
        await node.CreateTopicAsync("t");
        await node.AppendAsync("t", "a=1 a=2");
        using TopicSnapshot snapshot = await node.Node.Tables.OpenSnapshotAsync("t");
        Moment first = await snapshot.FindAsync(AsOf.At(new Duramen.Core.Ids.Offset(1)));
        Assert.True(snapshot.TryGet("a"u8, first, out VersionView then, out _));
        Assert.Equal("1", Encoding.UTF8.GetString(then.Value.Span));
        Assert.True(snapshot.TryGet("a"u8, snapshot.Position, out VersionView now, out _));
        Assert.Equal("2", Encoding.UTF8.GetString(now.Value.Span));
        Assert.Equal(NodeErrors.TopicUnknown, (await Assert.ThrowsAsync<DuramenException>(async () => await node.Node.Tables.OpenSnapshotAsync("none"))).Code);
    }

    private static string[] Runs(string path) => [.. Directory.GetFiles(Path.Combine(path, "derived", "tables"), "*.run", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    private static async Task WaitAsync(Func<bool> isSo)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!isSo())
        {
            await Task.Delay(20, patience.Token);
        }
    }
}
