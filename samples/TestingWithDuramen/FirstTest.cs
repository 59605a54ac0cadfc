using Duramen;
using Duramen.Client;
using Duramen.Client.Producers;

namespace TestingWithDuramen.Tests;

public sealed class FirstTest
{
    [Fact]
    public async Task The_first_record_has_offset_0()
    {
        await using DuramenNode node = await DuramenNode.StartAsync();
        await using var client = new KafkaClient(node.BootstrapServers);
        await using var producer = new Producer(client);
        ProduceResult result = await producer.ProduceAsync(new OutgoingRecord("orders", "2 apples"u8.ToArray()));
        Assert.Equal(0, result.Offset.Value);
    }
}
