using System.Text;
using Duramen.Client;
using Duramen.Client.Consumers;
using Duramen.Client.Producers;

namespace TestingWithDuramen.Tests;

/// <summary>The code under test: writes an invoice for each order.</summary>
public sealed class InvoiceService(KafkaClient client)
{
    public async Task RunAsync(CancellationToken stopped)
    {
        await using var producer = new Producer(client);
        await using var consumer = new Consumer(client, new ConsumerOptions { GroupId = "invoices" });
        consumer.Subscribe("orders");
        await foreach (ConsumedRecord order in consumer.ReadAllAsync(stopped))
        {
            string invoice = $"invoice for {Encoding.UTF8.GetString(order.Value!.Value.Span)}";
            await producer.ProduceAsync(new OutgoingRecord("invoices", Encoding.UTF8.GetBytes(invoice)) { Key = order.Key }, stopped);
        }
    }
}
