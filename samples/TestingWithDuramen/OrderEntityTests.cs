using Duramen;
using Duramen.Client;
using Duramen.Client.Admin;
using Duramen.Entities;
using Duramen.State.Entities;

namespace TestingWithDuramen.Tests;

public sealed class OrderEntityTests
{
    [Fact]
    public async Task An_order_that_changed_meanwhile_takes_no_decision_made_before()
    {
        await using DuramenNode node = await DuramenNode.StartAsync();
        await using var client = new KafkaClient(node.BootstrapServers);
        await new AdminClient(client).CreateTopicAsync(new NewTopic("orders") { Partitions = 3 });

        TopicEntities orders = node.Entities("orders");
        EntityAppendResult placed = await orders.AppendAsync("order-7", ["placed"], ExpectedVersion.MustNotExist);
        await orders.AppendAsync("order-7", ["cancelled"], placed.Version);

        // Decided on what the order was before it was cancelled.
        EntityAppendOutcome shipped = await orders.TryAppendAsync("order-7", ["shipped"], placed.Version);

        Assert.Equal(EntityAppendStatus.Conflict, shipped.Status);
        Assert.Equal(2, (await orders.ReadAsync("order-7")).Records.Count);
    }
}
