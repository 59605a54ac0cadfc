using System.Text;
using Duramen;
using Duramen.Client;
using Duramen.Client.Producers;
using Duramen.Core.Ids;
using Duramen.State.Store;
using Duramen.State.Tables.Topics;

namespace TestingWithDuramen.Tests;

public sealed class BalanceTests
{
    [Fact]
    public async Task A_topic_is_a_table_now_and_as_of_any_moment()
    {
        await using DuramenNode node = await DuramenNode.StartAsync();
        await using var client = new KafkaClient(node.BootstrapServers);
        await using var producer = new Producer(client);
        foreach (string balance in new[] { "10", "15", "7" })
        {
            await producer.ProduceAsync(new OutgoingRecord("balances", Encoding.UTF8.GetBytes(balance)) { Key = "alice"u8.ToArray() });
        }

        // Everything that was acknowledged is in it, and nothing changes it any more.
        using TopicSnapshot balances = await node.Tables.OpenSnapshotAsync("balances");
        Moment afterTwo = await balances.FindAsync(AsOf.At(new Offset(2)));

        Assert.Equal("7", Get(balances, "alice", balances.Position));
        Assert.Equal("15", Get(balances, "alice", afterTwo));
    }

    private static string? Get(TopicSnapshot table, string key, Moment asOf) =>
        table.TryGet(Encoding.UTF8.GetBytes(key), asOf, out VersionView version, out _) ? Encoding.UTF8.GetString(version.Value.Span) : null;
}
