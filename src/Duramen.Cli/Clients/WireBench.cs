using System.Diagnostics;
using Duramen.Cli.Bench;
using Duramen.Client;
using Duramen.Client.Admin;
using Duramen.Client.Consumers;
using Duramen.Client.Producers;

namespace Duramen.Cli.Clients;

/// <summary>How fast records go to a cluster and come back, measured from this client.</summary>
internal sealed class WireBench(KafkaClient client, string topic)
{
    private const int BatchBytes = 256 << 10;
    private const int LingerMs = 5;
    private const long BufferBytes = 64L << 20;

    /// <summary>Makes the topic for a measurement; empty.</summary>
    public Task CreateAsync(int partitions, CancellationToken interrupted) =>
        new AdminClient(client).CreateTopicAsync(new NewTopic(topic) { Partitions = partitions }, interrupted);

    public Task DeleteAsync() => new AdminClient(client).DeleteTopicAsync(topic, CancellationToken.None);

    /// <summary>Seconds until so many records are acknowledged by all replicas.</summary>
    public async Task<double> ProduceAsync(long records, int recordBytes, CancellationToken interrupted)
    {
        var options = new ProducerOptions { BatchSizeBytes = BatchBytes, LingerMs = LingerMs, BufferBytes = BufferBytes };
        await using var producer = new Producer(client, options);
        var record = new OutgoingRecord(topic, new byte[recordBytes]);
        long began = Stopwatch.GetTimestamp();
        for (long count = 0; count < records; count++)
        {
            await producer.EnqueueAsync(record, interrupted).ConfigureAwait(false);
        }

        await producer.FlushAsync(interrupted).ConfigureAwait(false);
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    /// <summary>Seconds until everything is read, every checksum verified and every record decoded.</summary>
    public async Task<double> ConsumeAsync(int partitions, long records, CancellationToken interrupted)
    {
        await using var consumer = new Consumer(client, new ConsumerOptions { PartitionMaxBytes = 4 << 20 });
        long began = Stopwatch.GetTimestamp();
        consumer.Assign([.. Enumerable.Range(0, partitions).Select(partition => new TopicPartition(topic, partition))], ReadPosition.Beginning);
        long read = 0;
        await foreach (ConsumedBatch batch in consumer.ReadBatchesAsync(interrupted).ConfigureAwait(false))
        {
            read += batch.Records.Length;
            if (read >= records)
            {
                break;
            }
        }

        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    /// <summary>How long one record takes to be acknowledged, and how long until a consumer that waits has it, one record after the other.</summary>
    public async Task<(Samples Acknowledged, Samples Received)> LatencyAsync(int records, int recordBytes, CancellationToken interrupted)
    {
        await using var producer = new Producer(client);
        await using var consumer = new Consumer(client);
        consumer.Assign([new TopicPartition(topic, 0)], ReadPosition.Beginning);
        var acknowledged = new Samples(records);
        var received = new Samples(records);
        var record = new OutgoingRecord(topic, new byte[recordBytes]) { Partition = 0 };
        await using IAsyncEnumerator<ConsumedRecord> reader = consumer.ReadAllAsync(interrupted).GetAsyncEnumerator(interrupted);
        acknowledged.Start();
        for (int count = 0; count < records; count++)
        {
            ValueTask<bool> next = reader.MoveNextAsync();
            long began = Stopwatch.GetTimestamp();
            await producer.ProduceAsync(record, interrupted).ConfigureAwait(false);
            acknowledged.Add(began);
            await next.ConfigureAwait(false);
            received.Add(began);
        }

        acknowledged.Stop();
        return (acknowledged, received);
    }
}
