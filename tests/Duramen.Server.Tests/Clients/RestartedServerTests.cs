using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Duramen.Client;
using Duramen.Client.Consumers;
using Duramen.Client.Producers;
using Duramen.Server.Tests.Processes;

namespace Duramen.Server.Tests.Clients;

/// <summary>A server that ends and comes back at its address under this project's own client.</summary>
public sealed class RestartedServerTests : IDisposable
{
    private const int Rounds = 4;
    private const int Partitions = 3;
    private static readonly TimeSpan HangGuard = TimeSpan.FromMinutes(2);

    private readonly string _root = Directory.CreateTempSubdirectory("duramen-server-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_idempotent_producer_loses_and_doubles_nothing_and_keeps_the_order_while_its_server_is_killed_or_stopped(bool isKilled)
    {
        using var hangs = new CancellationTokenSource(HangGuard);
        ServerProcess server = ServerProcess.Start(_root);
        try
        {
            await using var client = new KafkaClient(new ClientOptions { BootstrapServers = server.Kafka.ToString(), RetryBackoffMs = 10, RetryBackoffMaxMs = 100, UnreachableTimeoutMs = 60_000 });
            await new Client.Admin.AdminClient(client).CreateTopicAsync(new Client.Admin.NewTopic("t") { Partitions = Partitions }, hangs.Token);
            var acknowledged = new ConcurrentQueue<(int Partition, long Offset, int Value)>();
            using var enough = new CancellationTokenSource();
            Task<int> producing = Task.Run(() => ProduceAsync(client, acknowledged, enough.Token), hangs.Token);
            for (int round = 0; round < Rounds; round++)
            {
                int before = acknowledged.Count;
                while (acknowledged.Count < before + 2_000)
                {
                    hangs.Token.ThrowIfCancellationRequested();
                    await Task.Delay(1, hangs.Token);
                }

                int port = server.Kafka.Port;
                if (isKilled)
                {
                    server.Kill();
                }
                else
                {
                    Assert.Equal(0, server.Stop());
                }

                server.Dispose();
                server = ServerProcess.StartAt(_root, port);
            }

            await enough.CancelAsync();
            int produced = await producing.WaitAsync(hangs.Token);

            Assert.Equal(produced, acknowledged.Count);
            await VerifyAsync(client, produced, acknowledged, hangs.Token);
        }
        finally
        {
            server.Dispose();
        }
    }

    // Every record is acknowledged in the end, whatever the server does meanwhile.
    private static async Task<int> ProduceAsync(KafkaClient client, ConcurrentQueue<(int Partition, long Offset, int Value)> acknowledged, CancellationToken enough)
    {
        await using var producer = new Producer(client);
        List<Task> waiting = [];
        int count = 0;
        for (; !enough.IsCancellationRequested; count++)
        {
            int value = count;
            waiting.Add(AcknowledgeAsync(producer.ProduceAsync(
                new OutgoingRecord("t", Encoding.UTF8.GetBytes(value.ToString(CultureInfo.InvariantCulture))) { Partition = value % Partitions }, CancellationToken.None), value));
            if (waiting.Count >= 500)
            {
                await Task.WhenAll(waiting);
                waiting.Clear();
            }
        }

        await Task.WhenAll(waiting);
        return count;

        async Task AcknowledgeAsync(ValueTask<ProduceResult> produced, int value)
        {
            ProduceResult result = await produced;
            acknowledged.Enqueue((result.Partition.Partition, result.Offset.Value, value));
        }
    }

    private static async Task VerifyAsync(
        KafkaClient client, int produced, IReadOnlyCollection<(int Partition, long Offset, int Value)> acknowledged, CancellationToken cancellationToken)
    {
        await using var consumer = new Consumer(client, new ConsumerOptions { StopsAtEnd = true });
        consumer.Assign([.. Enumerable.Range(0, Partitions).Select(partition => new TopicPartition("t", partition))], ReadPosition.Beginning);
        List<(int Partition, long Offset, int Value)> read = [];
        await foreach (ConsumedRecord record in consumer.ReadAllAsync(cancellationToken))
        {
            read.Add((record.Partition.Partition, record.Offset.Value, int.Parse(Encoding.UTF8.GetString(record.Value!.Value.Span), CultureInfo.InvariantCulture)));
        }

        Assert.Equal(Enumerable.Range(0, produced), read.Select(record => record.Value).Order());
        Assert.Equal(acknowledged.Order(), read.Order());
        Assert.All(read.GroupBy(record => record.Partition), partition => Assert.Equal(partition.Select(record => record.Value).Order(), partition.Select(record => record.Value)));
    }
}
