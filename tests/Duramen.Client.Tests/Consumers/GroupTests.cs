using System.Text;
using Duramen.Client.Consumers;
using Duramen.Client.Producers;
using Duramen.Coordination.Groups;
using Duramen.Core.Ids;

namespace Duramen.Client.Tests.Consumers;

public sealed class GroupTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan HangGuard = TimeSpan.FromSeconds(90);

    private readonly CancellationTokenSource _hangs = new(HangGuard);
    private DuramenNode _node = null!;
    private KafkaClient _client = null!;

    public async Task InitializeAsync()
    {
        _node = await DuramenNode.StartAsync(new DuramenNodeOptions { DefaultPartitions = 4, Groups = new GroupOptions { InitialRebalanceDelayMs = 0 } });
        _client = new KafkaClient(new ClientOptions { BootstrapServers = _node.BootstrapServers, Seed = 1 });
    }

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        await _node.DisposeAsync();
    }

    public void Dispose() => _hangs.Dispose();

    [Fact]
    public async Task A_group_goes_on_where_it_committed()
    {
        await ProduceAsync(0, 20);
        await using (var first = new Consumer(_client, Options()))
        {
            first.Subscribe("t");
            Assert.Equal(7, (await ReadAsync(first, 7)).Count);
            await first.CommitAsync(_hangs.Token);
        }

        await using var second = new Consumer(_client, Options() with { StopsAtEnd = true });
        second.Subscribe("t");

        Assert.Equal(13, (await ReadAsync(second, int.MaxValue)).Distinct().Count());
    }

    [Fact]
    public async Task What_was_given_but_not_done_with_is_given_again()
    {
        await ProduceAsync(0, 3, partition: 0);
        await using (var first = new Consumer(_client, Options() with { CommitIntervalMs = 1_000_000 }))
        {
            first.Subscribe("t");
            Assert.Equal(["0", "1"], await ReadAsync(first, 2));
        }

        await using var second = new Consumer(_client, Options());
        second.Subscribe("t");
        Assert.Equal(["1", "2"], await ReadAsync(second, 2));
    }

    [Fact]
    public async Task Two_members_share_the_partitions_and_one_takes_all_when_the_other_leaves()
    {
        await ProduceAsync(0, 40);
        var revoked = new List<int>();
        await using var first = new Consumer(
            _client,
            Options() with
            {
                Revoked = (partitions, _) =>
                {
                    revoked.Add(partitions.Count);
                    return ValueTask.CompletedTask;
                },
            });
        first.Subscribe("t");
        using var stopped = CancellationTokenSource.CreateLinkedTokenSource(_hangs.Token);
        Task reading = ReadOnAsync(first, stopped.Token);
        await UntilAsync(() => first.Positions.Count == 4);

        var second = new Consumer(_client, Options());
        second.Subscribe("t");
        using var stoppedSecond = CancellationTokenSource.CreateLinkedTokenSource(_hangs.Token);
        Task readingSecond = ReadOnAsync(second, stoppedSecond.Token);
        await UntilAsync(() => first.Positions.Count == 2 && second.Positions.Count == 2);
        Assert.Empty(first.Positions.Keys.Intersect(second.Positions.Keys));

        await stoppedSecond.CancelAsync();
        await readingSecond;
        await second.DisposeAsync();
        await UntilAsync(() => first.Positions.Count == 4);
        await stopped.CancelAsync();
        await reading;
        Assert.Equal([4, 2], revoked);
    }

    [Fact]
    public async Task Every_record_is_read_by_somebody_while_members_come_and_go()
    {
        await ProduceAsync(0, 400);
        var read = new System.Collections.Concurrent.ConcurrentDictionary<string, int>();
        Task[] members = [.. Enumerable.Range(0, 4).Select(member => Task.Run(async () =>
        {
            for (int life = 0; life < 3 && read.Count < 400; life++)
            {
                await using var consumer = new Consumer(_client, Options());
                consumer.Subscribe("t");
                int count = 0;
                using var idle = CancellationTokenSource.CreateLinkedTokenSource(_hangs.Token);
                idle.CancelAfter(TimeSpan.FromSeconds(10));
                try
                {
                    await foreach (ConsumedRecord record in consumer.ReadAllAsync(idle.Token))
                    {
                        read.AddOrUpdate(Encoding.UTF8.GetString(record.Value!.Value.Span), 1, (_, times) => times + 1);
                        if (++count % 60 == 0 || read.Count == 400)
                        {
                            await consumer.CommitAsync(idle.Token);
                            break;
                        }
                    }
                }
                catch (OperationCanceledException) when (!_hangs.IsCancellationRequested)
                {
                    // Nothing was left for this one.
                }
                catch (ClientException error) when (error.Error is Kafka.KafkaError.RebalanceInProgress or Kafka.KafkaError.IllegalGeneration or Kafka.KafkaError.UnknownMemberId)
                {
                    // The commit came too late; the records are read again.
                }
            }
        }))];
        await Task.WhenAll(members);

        await using var last = new Consumer(_client, Options());
        last.Subscribe("t");
        if (read.Count < 400)
        {
            await foreach (ConsumedRecord record in last.ReadAllAsync(_hangs.Token))
            {
                read.TryAdd(Encoding.UTF8.GetString(record.Value!.Value.Span), 1);
                if (read.Count == 400)
                {
                    break;
                }
            }
        }

        Assert.Equal(400, read.Count);
    }

    private static ConsumerOptions Options() => new() { GroupId = "g", HeartbeatIntervalMs = 50, SessionTimeoutMs = 10_000, FetchMaxWaitMs = 50 };

    private static async Task ReadOnAsync(Consumer consumer, CancellationToken stopped)
    {
        try
        {
            await foreach (ConsumedBatch _ in consumer.ReadBatchesAsync(stopped))
            {
            }
        }
        catch (OperationCanceledException)
        {
            // The test ends it.
        }
    }

    private async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            _hangs.Token.ThrowIfCancellationRequested();
            await Task.Delay(5);
        }
    }

    private async Task ProduceAsync(int from, int count, int? partition = null)
    {
        await using var producer = new Producer(_client);
        for (int index = from; index < from + count; index++)
        {
            await producer.EnqueueAsync(new OutgoingRecord("t", Encoding.UTF8.GetBytes($"{index}")) { Partition = partition ?? index % 4 });
        }

        await producer.FlushAsync();
    }

    private async Task<List<string>> ReadAsync(Consumer consumer, int count)
    {
        var read = new List<string>();
        await foreach (ConsumedRecord record in consumer.ReadAllAsync(_hangs.Token))
        {
            read.Add(Encoding.UTF8.GetString(record.Value!.Value.Span));
            if (read.Count == count)
            {
                break;
            }
        }

        return read;
    }
}
