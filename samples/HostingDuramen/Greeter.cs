using System.Text;
using Duramen.Client;
using Duramen.Client.Consumers;
using Duramen.Client.Producers;
using Duramen.Hosting;
using Microsoft.Extensions.Hosting;

namespace HostingDuramen;

/// <summary>Greets through the log, reads back what everybody was told so far, and ends the program.</summary>
internal sealed class Greeter(DuramenHostedNode duramen, IHostApplicationLifetime lifetime) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The node is ready before any service of the host starts.
        await using var client = new KafkaClient(duramen.Node.BootstrapServers);
        await using var producer = new Producer(client);
        ProduceResult last = await producer.ProduceAsync(new OutgoingRecord("greetings", "hello"u8.ToArray()), stoppingToken);

        await using var consumer = new Consumer(client);
        consumer.Assign([last.Partition], ReadPosition.Beginning);
        await foreach (ConsumedRecord record in consumer.ReadAllAsync(stoppingToken))
        {
            Console.WriteLine($"{record.Offset}: {Encoding.UTF8.GetString(record.Value!.Value.Span)}");
            if (record.Offset == last.Offset)
            {
                break;
            }
        }

        lifetime.StopApplication();
    }
}
