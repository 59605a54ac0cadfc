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

    /// <summary>How long one record takes to be acknowledged, and how long until a consumer that waits has it.</summary>
    /// <param name="records">How many records to send.</param>
    /// <param name="recordBytes">Bytes of each value.</param>
    /// <param name="perSecond">Records a second, whatever became of those before; 0 to send each when the one before was received.</param>
    /// <param name="interrupted">Ends the measurement early.</param>
    public async Task<(Samples Acknowledged, Samples Received)> LatencyAsync(int records, int recordBytes, int perSecond, CancellationToken interrupted)
    {
        await using var producer = new Producer(client);
        await using var consumer = new Consumer(client);
        consumer.Assign([new TopicPartition(topic, 0)], ReadPosition.Beginning);
        var acknowledged = new Samples(records);
        var received = new Samples(records);
        var record = new OutgoingRecord(topic, new byte[recordBytes]) { Partition = 0 };
        await using IAsyncEnumerator<ConsumedRecord> reader = consumer.ReadAllAsync(interrupted).GetAsyncEnumerator(interrupted);
        long[] began = new long[records];
        if (perSecond > 0)
        {
            await Task.WhenAll(SendAsync(), ReceiveAsync()).ConfigureAwait(false);
            return (acknowledged, received);
        }

        for (int count = 0; count < records; count++)
        {
            ValueTask<bool> next = reader.MoveNextAsync();
            began[count] = Stopwatch.GetTimestamp();
            await producer.ProduceAsync(record, interrupted).ConfigureAwait(false);
            acknowledged.Add(began[count]);
            await next.ConfigureAwait(false);
            received.Add(began[count]);
        }

        return (acknowledged, received);

        async Task SendAsync()
        {
            var pending = new Task[records];
            using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
            long start = Stopwatch.GetTimestamp();
            int sent = 0;
            while (sent < records && await pace.WaitForNextTickAsync(interrupted).ConfigureAwait(false))
            {
                double due = Math.Min(records, Stopwatch.GetElapsedTime(start).TotalSeconds * perSecond);
                for (; sent < due; sent++)
                {
                    began[sent] = Stopwatch.GetTimestamp();
                    pending[sent] = AcknowledgedAsync(began[sent]);
                }
            }

            await Task.WhenAll(pending).ConfigureAwait(false);
        }

        async Task AcknowledgedAsync(long sentAt)
        {
            await producer.ProduceAsync(record, interrupted).ConfigureAwait(false);
            lock (acknowledged)
            {
                acknowledged.Add(sentAt);
            }
        }

        async Task ReceiveAsync()
        {
            for (int count = 0; count < records && await reader.MoveNextAsync().ConfigureAwait(false); count++)
            {
                received.Add(began[count]);
            }
        }
    }
}
