using System.Text;
using Duramen.Client;
using Duramen.Client.Admin;
using Duramen.Client.Consumers;
using Duramen.Client.Producers;

namespace TestingWithDuramen.Tests;

public sealed class OrderTests(DuramenFixture duramen) : IClassFixture<DuramenFixture>
{
    [Fact]
    public async Task Records_of_one_key_stay_in_order()
    {
        var payments = new NewTopic("payments") { Partitions = 3 };
        await new AdminClient(duramen.Client).CreateTopicAsync(payments);
        await using var producer = new Producer(duramen.Client);
        foreach (string value in new[] { "opened", "paid", "closed" })
        {
            await producer.ProduceAsync(new OutgoingRecord("payments", Encoding.UTF8.GetBytes(value)) { Key = "alice"u8.ToArray() });
        }

        Assert.Equal(["opened", "paid", "closed"], await ReadAsync("payments", partitions: 3, count: 3));
    }

    [Fact]
    public async Task Each_order_gets_an_invoice()
    {
        var admin = new AdminClient(duramen.Client);
        await admin.CreateTopicAsync(new NewTopic("orders"));
        await admin.CreateTopicAsync(new NewTopic("invoices"));
        using var stop = new CancellationTokenSource();
        Task service = new InvoiceService(duramen.Client).RunAsync(stop.Token);

        await using var producer = new Producer(duramen.Client);
        await producer.ProduceAsync(new OutgoingRecord("orders", "2 apples"u8.ToArray()) { Key = "bob"u8.ToArray() });

        Assert.Equal(["invoice for 2 apples"], await ReadAsync("invoices", partitions: 1, count: 1));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => service);
    }

    // Reads so many records of a topic from its beginning, and waits for them when they are not there yet.
    private async Task<List<string>> ReadAsync(string topic, int partitions, int count)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await using var consumer = new Consumer(duramen.Client);
        consumer.Assign([.. Enumerable.Range(0, partitions).Select(partition => new TopicPartition(topic, partition))], ReadPosition.Beginning);
        var values = new List<string>();
        await foreach (ConsumedRecord record in consumer.ReadAllAsync(patience.Token))
        {
            values.Add(Encoding.UTF8.GetString(record.Value!.Value.Span));
            if (values.Count == count)
            {
                break;
            }
        }

        return values;
    }
}
