using System.Collections.Concurrent;
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

    [Theory]
    [InlineData(GroupAssignor.Range)]
    [InlineData(GroupAssignor.CooperativeSticky)]
    public async Task A_consumer_that_is_closed_while_it_joins_is_a_member_no_more(GroupAssignor assignor)
    {
        await ProduceAsync(0, 4);
        ConsumerOptions options = Options() with { Assignors = [assignor], RebalanceTimeoutMs = 60_000 };

        // Joined and then silent: whoever else joins waits for it.
        await using var silent = new Consumer(_client, options);
        silent.Subscribe("t");
        Assert.Single(await ReadAsync(silent, 1));
        var late = new Consumer(_client, options);
        late.Subscribe("t");
        using var stopped = CancellationTokenSource.CreateLinkedTokenSource(_hangs.Token);
        Task reading = ReadOnAsync(late, stopped.Token);
        var admin = new Admin.AdminClient(_client);
        while ((await admin.DescribeGroupAsync("g", _hangs.Token)).Members.Count < 2)
        {
            await Task.Delay(5);
        }

        await stopped.CancelAsync();
        await reading;
        await late.DisposeAsync();

        Assert.Single((await admin.DescribeGroupAsync("g", _hangs.Token)).Members);
    }

    [Fact]
    public async Task A_cooperative_member_gives_up_only_what_moves_and_reads_the_rest_while_the_group_rebalances()
    {
        await ProduceAsync(0, 40);
        var moved = new List<(string What, int Count)>();
        await using var first = new Consumer(_client, Told(moved));
        first.Subscribe("t");
        using var stopped = CancellationTokenSource.CreateLinkedTokenSource(_hangs.Token);
        Task<List<string>> reading = ReadOnAsync(first, stopped.Token);
        await UntilAsync(() => first.Positions.Count == 4);

        var second = new Consumer(_client, Told([]));
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

        Assert.Equal([("assigned", 4), ("revoked", 2), ("assigned", 2)], moved);
        Assert.Equal((await reading).Count, (await reading).Distinct().Count());
    }

    [Fact]
    public async Task A_cooperative_member_reads_what_it_keeps_while_it_waits_for_the_others_to_join()
    {
        await ProduceAsync(0, 4);
        await using var first = new Consumer(_client, Told([]));
        first.Subscribe("t");
        using var stopped = CancellationTokenSource.CreateLinkedTokenSource(_hangs.Token);
        var read = new ConcurrentQueue<string>();
        Task reading = ReadIntoAsync(first, read, stopped.Token);
        await UntilAsync(() => read.Count == 4);

        // Joined and then silent: the rebalance that the third one asks for waits for it.
        await using var silent = new Consumer(_client, Told([]) with { RebalanceTimeoutMs = 60_000, HeartbeatIntervalMs = 100 });
        silent.Subscribe("t");
        using var stoppedSilent = CancellationTokenSource.CreateLinkedTokenSource(_hangs.Token);
        Task readingSilent = ReadIntoAsync(silent, new(), stoppedSilent.Token);
        await UntilAsync(() => first.Positions.Count == 2 && silent.Positions.Count == 2);
        await stoppedSilent.CancelAsync();
        await readingSilent;
        await using var third = new Consumer(_client, Told([]));
        third.Subscribe("t");
        using var stoppedThird = CancellationTokenSource.CreateLinkedTokenSource(_hangs.Token);
        Task readingThird = ReadIntoAsync(third, new(), stoppedThird.Token);
        while ((await new Admin.AdminClient(_client).DescribeGroupAsync("g", _hangs.Token)).State != "PreparingRebalance")
        {
            await Task.Delay(5);
        }

        int kept = first.Positions.Keys.First().Partition;
        await ProduceAsync(100, 20, partition: kept);
        await UntilAsync(() => read.Count(value => value.Length == 3) == 20);
        Assert.Empty(third.Positions);

        await stoppedThird.CancelAsync();
        await readingThird;
        await stopped.CancelAsync();
        await reading;
    }

    [Fact]
    public async Task Members_with_the_sticky_assignor_keep_what_they_had_when_another_one_leaves()
    {
        await ProduceAsync(0, 40);
        ConsumerOptions sticky = Options() with { Assignors = [GroupAssignor.Sticky] };
        using var stopped = CancellationTokenSource.CreateLinkedTokenSource(_hangs.Token);
        Consumer[] members = [new(_client, sticky), new(_client, sticky), new(_client, sticky)];
        Task[] reading = [.. members.Select(member =>
        {
            member.Subscribe("t");
            return ReadOnAsync(member, stopped.Token);
        })];
        await UntilAsync(() => members.Sum(member => member.Positions.Count) == 4 && members.All(member => member.Positions.Count > 0));
        Consumer gone = members.First(member => member.Positions.Count == 1);
        Dictionary<Consumer, List<TopicPartition>> before = members.Except([gone]).ToDictionary(member => member, member => member.Positions.Keys.ToList());

        await gone.DisposeAsync();
        await UntilAsync(() => before.Keys.All(member => member.Positions.Count == 2));

        Assert.All(before, member => Assert.Subset(member.Key.Positions.Keys.ToHashSet(), member.Value.ToHashSet()));
        await stopped.CancelAsync();
        foreach (Consumer member in before.Keys)
        {
            await member.DisposeAsync();
        }

        await Task.WhenAll(reading).ContinueWith(_ => { });
    }

    [Theory]
    [InlineData(GroupAssignor.Range)]
    [InlineData(GroupAssignor.CooperativeSticky)]
    public async Task Partitions_that_are_added_to_a_topic_are_read_and_written(GroupAssignor assignor)
    {
        await using var client = new KafkaClient(new ClientOptions { BootstrapServers = _node.BootstrapServers, MetadataMaxAgeMs = 100, Seed = 1 });
        await using var producer = new Producer(client);
        await producer.ProduceAsync(new OutgoingRecord("t", "first"u8.ToArray()));
        await using var consumer = new Consumer(client, Options() with { Assignors = [assignor] });
        consumer.Subscribe("t");
        using var stopped = CancellationTokenSource.CreateLinkedTokenSource(_hangs.Token);
        Task reading = ReadOnAsync(consumer, stopped.Token);
        await UntilAsync(() => consumer.Positions.Count == 4);

        await new Admin.AdminClient(client).AddPartitionsAsync("t", 7);

        Assert.Equal(0, (await producer.ProduceAsync(new OutgoingRecord("t", "new"u8.ToArray()) { Partition = 6 })).Offset.Value);
        await UntilAsync(() => consumer.Positions.Count == 7);
        await Assert.ThrowsAsync<ClientException>(() => producer.ProduceAsync(new OutgoingRecord("t", "none"u8.ToArray()) { Partition = 7 }).AsTask());
        HashSet<int> written = [];
        while (written.Count < 7)
        {
            ProduceResult result = await producer.ProduceAsync(new OutgoingRecord("t", "any"u8.ToArray()) { Key = Guid.NewGuid().ToByteArray() });
            written.Add(result.Partition.Partition);
        }

        await stopped.CancelAsync();
        await reading;
    }

    [Fact]
    public async Task Every_record_is_read_by_somebody_while_members_come_and_go()
    {
        await ProduceAsync(0, 400);
        var read = new ConcurrentDictionary<string, int>();
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

    // Members leave by themselves here; a session that ends while the machine is busy would be one more rebalance.
    private static ConsumerOptions Options() => new() { GroupId = "g", HeartbeatIntervalMs = 50, SessionTimeoutMs = 60_000, FetchMaxWaitMs = 50 };

    private static ConsumerOptions Told(List<(string What, int Count)> moved) => Options() with
    {
        Assignors = [GroupAssignor.CooperativeSticky],
        Assigned = (partitions, _) =>
        {
            moved.Add(("assigned", partitions.Count));
            return ValueTask.CompletedTask;
        },
        Revoked = (partitions, _) =>
        {
            moved.Add(("revoked", partitions.Count));
            return ValueTask.CompletedTask;
        },
    };

    private static async Task<List<string>> ReadOnAsync(Consumer consumer, CancellationToken stopped)
    {
        var read = new ConcurrentQueue<string>();
        await ReadIntoAsync(consumer, read, stopped);
        return [.. read];
    }

    private static async Task ReadIntoAsync(Consumer consumer, ConcurrentQueue<string> read, CancellationToken stopped)
    {
        try
        {
            await foreach (ConsumedRecord record in consumer.ReadAllAsync(stopped))
            {
                read.Enqueue(Encoding.UTF8.GetString(record.Value!.Value.Span));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or ClientException { Code.Name: "client-closed" })
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
