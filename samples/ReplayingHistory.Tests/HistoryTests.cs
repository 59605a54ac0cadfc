using System.Text;
using Duramen;
using Duramen.Client;
using Duramen.Client.Logs;
using Duramen.Client.Producers;
using Duramen.Core.Ids;
using Duramen.Disk.Memory;
using Duramen.Sql;
using Duramen.State.Replays;
using Duramen.State.Tables.Topics;

namespace ReplayingHistory.Tests;

/// <summary>What happened in production, as a unit test. Here production is a node in this process; it may be any cluster that speaks Kafka's protocol.</summary>
public sealed class HistoryTests : IAsyncLifetime
{
    private DuramenNode _node = null!;
    private KafkaClient _client = null!;
    private RemoteLog _payments = null!;

    public async Task InitializeAsync()
    {
        _node = await DuramenNode.StartAsync();
        _client = new KafkaClient(_node.BootstrapServers);
        await using (var producer = new Producer(_client))
        {
            foreach ((string account, string amount) in new[] { ("alice", "10"), ("bob", "20"), ("alice", "15"), ("alice", "-30"), ("bob", "1") })
            {
                await producer.ProduceAsync(new OutgoingRecord("payments", Encoding.UTF8.GetBytes(amount)) { Key = Encoding.UTF8.GetBytes(account) });
            }
        }

        _payments = await RemoteLog.OpenAsync(_client, new TopicPartition("payments", 0));
    }

    public async Task DisposeAsync()
    {
        await _payments.DisposeAsync();
        await _client.DisposeAsync();
        await _node.DisposeAsync();
    }

    [Fact]
    public async Task Replaying_history_is_one_call()
    {
        ReplayRun run = await Replay.Of(_payments).Through(new Totals()).RunAsync();

        Assert.Equal("-5"u8.ToArray(), run.Get("alice"u8));
    }

    [Fact]
    public async Task The_record_that_overdrew_an_account_is_found()
    {
        await foreach (ReplayStep step in Replay.Of(_payments).Through(new Totals()).StepsAsync())
        {
            if (step.Changes[0].After is { } total && total.Span[0] == '-')
            {
                Assert.Equal(new Offset(3), step.Offset);
                Assert.Equal("25"u8, step.Changes[0].Before!.Value.Span);
                return;
            }
        }

        Assert.Fail("No account was overdrawn.");
    }

    [Fact]
    public async Task A_till_would_have_refused_it()
    {
        // The same history through other code: what would have happened.
        var replies = new List<string>();
        await foreach (ReplayStep step in Replay.Of(_payments, new ReplayOptions { AppliesTwice = true }).Through(new Till()).StepsAsync())
        {
            replies.Add(Encoding.UTF8.GetString(step.Reply.Span));
        }

        Assert.Equal(["10", "30", "45", "15", "16"], replies);
    }

    [Fact]
    public async Task History_is_asked_in_SQL()
    {
        // A folder on a disk keeps the table for the next time; this one is in memory.
        await using TopicTable table = TopicTable.Open(new MemoryDisk(), "/payments", [new TablePartition(0, _payments)]);
        await table.WaitForAsync(table.Committed);

        using TopicSnapshot payments = table.OpenSnapshot();
        TableCatalog catalog = new TableCatalog().Add("payments", QueryTable.Of(payments));
        using TableQuery query = await TableQuery.PrepareAsync(
            "SELECT key, sum(value) FROM \"payments@history\" GROUP BY key ORDER BY key", catalog);
        var totals = new List<string>();
        while (query.MoveNext())
        {
            totals.Add($"{query[0].ToString()} {query[1].Number}");
        }

        Assert.Equal(["alice -5", "bob 21"], totals);
    }
}
