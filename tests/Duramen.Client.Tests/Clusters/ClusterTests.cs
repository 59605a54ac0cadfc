using System.Runtime.InteropServices;
using System.Text;
using Duramen.Client.Admin;
using Duramen.Client.Consumers;
using Duramen.Client.Logs;
using Duramen.Client.Producers;
using Duramen.Core.Ids;
using Duramen.Kafka;
using Duramen.Log;
using Duramen.Records.Batches;

namespace Duramen.Client.Tests.Clusters;

/// <summary>The client in a cluster of several brokers of another make, which go away and come back, and where leaders and coordinators move.</summary>
public sealed class ClusterTests : IAsyncLifetime, IDisposable
{
    private const int Partitions = 4;
    private const int Brokers = 3;
    private const int NoHeartbeatMs = 60_000;
    private const int FailoverMs = 300;
    private static readonly TimeSpan HangGuard = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _hangs = new(HangGuard);
    private readonly MockCluster _cluster = new(Brokers);
    private readonly KafkaClient _client;

    public ClusterTests()
    {
        _cluster.CreateTopic("t", Partitions, Brokers);
        for (int partition = 0; partition < Partitions; partition++)
        {
            _cluster.Lead("t", partition, 1 + (partition % Brokers));
        }

        _client = new(new ClientOptions { BootstrapServers = _cluster.BootstrapServers, RetryBackoffMs = 5, RetryBackoffMaxMs = 50, Seed = 1 });
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _client.DisposeAsync();

    public void Dispose()
    {
        _cluster.Dispose();
        _hangs.Dispose();
    }

    [Fact]
    public async Task Records_go_to_the_leaders_of_their_partitions_and_are_read_from_them()
    {
        await using var producer = new Producer(_client);
        await ProduceAsync(producer, 0, 400, () => { });

        Assert.Equal(Enumerable.Range(0, 400), (await ReadAllAsync(400)).SelectMany(partition => partition).Order());
    }

    [Fact]
    public async Task The_brokers_of_these_tests_go_on_when_the_process_gets_a_signal()
    {
        const int Continue = 18;
        using PosixSignalRegistration handled = PosixSignalRegistration.Create((PosixSignal)Continue, _ => { });
        for (int signals = 0; signals < 10; signals++)
        {
            MockCluster.Signal(Continue);
        }

        await using var producer = new Producer(_client);
        await ProduceAsync(producer, 0, 40, () => { });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Leaders_that_move_under_a_producer_lose_nothing_and_change_no_order(bool isIdempotent)
    {
        await using var producer = new Producer(_client, new ProducerOptions { BatchSizeBytes = 500, IsIdempotent = isIdempotent });
        for (int round = 0; round < 6; round++)
        {
            int moved = round;
            await ProduceAsync(producer, round * 400, 400, () =>
            {
                for (int partition = 0; partition < Partitions; partition++)
                {
                    _cluster.Lead("t", partition, 1 + ((partition + moved + 1) % Brokers));
                }
            });
        }

        List<int>[] read = await ReadAllAsync(2_400);
        if (!isIdempotent)
        {
            // Several batches of an idempotent producer are under way at once, and these brokers do not refuse the second when they miss the first.
            Assert.All(read, values => Assert.Equal(values.Order(), values));
        }

        Assert.Equal(Enumerable.Range(0, 2_400), read.SelectMany(values => values).Order());
    }

    [Fact]
    public async Task A_broker_that_goes_away_and_comes_back_is_done_without_and_used_again()
    {
        await using var producer = new Producer(_client);
        await ProduceAsync(producer, 0, 100, () => { });
        for (int broker = 1; broker <= Brokers; broker++)
        {
            int gone = broker;
            await ProduceAsync(producer, broker * 100, 100, () =>
            {
                _cluster.Stop(gone);
                for (int partition = 0; partition < Partitions; partition++)
                {
                    _cluster.Lead("t", partition, 1 + (gone % Brokers));
                }
            });
            _cluster.Start(gone);
        }

        Assert.Equal(Enumerable.Range(0, 400), (await ReadAllAsync(400)).SelectMany(partition => partition).Distinct().Order());
    }

    [Fact]
    public async Task A_producer_waits_for_a_cluster_that_is_gone_altogether()
    {
        await using var producer = new Producer(_client);
        await ProduceAsync(producer, 0, 40, () => { });
        for (int broker = 1; broker <= Brokers; broker++)
        {
            _cluster.Stop(broker);
        }

        Task<ProduceResult> waiting = producer.ProduceAsync(Record(40)).AsTask();
        await Assert.ThrowsAsync<TimeoutException>(() => waiting.WaitAsync(TimeSpan.FromMilliseconds(200)));
        for (int broker = 1; broker <= Brokers; broker++)
        {
            _cluster.Start(broker);
        }

        Assert.Equal(new Offset(10), (await waiting.WaitAsync(HangGuard)).Offset);
    }

    [Fact]
    public async Task A_reader_follows_leaders_that_move_and_misses_nothing()
    {
        await using var producer = new Producer(_client);
        await using var consumer = new Consumer(_client, new ConsumerOptions { FetchMaxWaitMs = 50 });
        consumer.Assign([.. Enumerable.Range(0, Partitions).Select(partition => new TopicPartition("t", partition))], ReadPosition.Beginning);
        await using IAsyncEnumerator<ConsumedRecord> reader = consumer.ReadAllAsync(_hangs.Token).GetAsyncEnumerator();
        List<int> read = [];
        for (int round = 0; round < 5; round++)
        {
            await ProduceAsync(producer, round * 40, 40, () => { });
            _cluster.Refuse(ApiKey.Fetch, KafkaError.NotLeaderOrFollower, KafkaError.LeaderNotAvailable);
            _cluster.Lead("t", round % Partitions, 1 + ((round + 1) % Brokers));
            while (read.Count < (round + 1) * 40)
            {
                Assert.True(await reader.MoveNextAsync());
                read.Add(int.Parse(Encoding.UTF8.GetString(reader.Current.Value!.Value.Span)));
            }
        }

        Assert.Equal(Enumerable.Range(0, 200), read.Order());
    }

    [Fact]
    public async Task A_group_goes_on_when_its_coordinator_moves_or_goes_away()
    {
        await using var producer = new Producer(_client);
        await ProduceAsync(producer, 0, 100, () => { });
        _cluster.Coordinate("g", 1);
        await using var consumer = new Consumer(
            _client, new ConsumerOptions { GroupId = "g", HeartbeatIntervalMs = 50, SessionTimeoutMs = 10_000, FetchMaxWaitMs = 50 });
        consumer.Subscribe("t");
        var read = new HashSet<int>();
        await ReadAsync(consumer, read, 100);
        await consumer.CommitAsync(_hangs.Token);

        _cluster.Coordinate("g", 2);
        await ProduceAsync(producer, 100, 100, () => { });
        await ReadAsync(consumer, read, 200);
        await CommitAsync(consumer);

        _cluster.Coordinate("g", 3);
        _cluster.Stop(2);
        for (int partition = 0; partition < Partitions; partition++)
        {
            _cluster.Lead("t", partition, 3);
        }

        await ProduceAsync(producer, 200, 100, () => { });
        await ReadAsync(consumer, read, 300);
        await CommitAsync(consumer);
        Assert.Equal(Enumerable.Range(0, 300), read.Order());
    }

    [Fact]
    public async Task A_commit_finds_the_next_coordinator_when_the_one_it_knows_is_gone()
    {
        await using var producer = new Producer(_client);
        await ProduceAsync(producer, 0, 100, () => { });
        _cluster.Coordinate("g", 2);
        await using var consumer = new Consumer(
            _client, new ConsumerOptions { GroupId = "g", HeartbeatIntervalMs = NoHeartbeatMs, SessionTimeoutMs = 2 * NoHeartbeatMs, FetchMaxWaitMs = 50, CommitIntervalMs = 0 });
        consumer.Subscribe("t");
        await ReadAsync(consumer, [], 100);

        _cluster.Coordinate("g", 3);
        _cluster.Stop(2);
        await CommitAsync(consumer);
    }

    [Fact]
    public async Task A_member_that_commits_nothing_goes_on_looking_for_its_coordinator_until_there_is_one()
    {
        await using var client = new KafkaClient(_client.Options with { UnreachableTimeoutMs = 50 });
        await using var producer = new Producer(client);
        await ProduceAsync(producer, 0, 100, () => { });
        using var assigned = new SemaphoreSlim(0);
        _cluster.Coordinate("g", 1);
        await using var consumer = new Consumer(client, new ConsumerOptions
        {
            GroupId = "g",
            HeartbeatIntervalMs = 50,
            SessionTimeoutMs = 10_000,
            FetchMaxWaitMs = 50,
            CommitIntervalMs = 0,
            Assigned = (_, _) =>
            {
                assigned.Release();
                return ValueTask.CompletedTask;
            },
        });
        consumer.Subscribe("t");
        await ReadAsync(consumer, [], 100);
        await assigned.WaitAsync(_hangs.Token);

        foreach (int broker in new[] { 1, 2, 3 })
        {
            _cluster.Stop(broker);
        }

        await Task.Delay(FailoverMs, _hangs.Token);
        foreach (int broker in new[] { 1, 2, 3 })
        {
            _cluster.Start(broker);
        }

        // A member that asks is told to join again.
        _cluster.Refuse(ApiKey.Heartbeat, KafkaError.RebalanceInProgress, KafkaError.RebalanceInProgress, KafkaError.RebalanceInProgress);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(_hangs.Token);
        Task reading = ReadOnAsync(consumer, ended.Token);
        Assert.NotSame(reading, await Task.WhenAny(reading, assigned.WaitAsync(_hangs.Token)));
        await ended.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    [Fact]
    public async Task Offsets_of_a_group_wait_until_another_broker_coordinates_it()
    {
        var admin = new AdminClient(_client);
        _cluster.Coordinate("g", 2);
        var offsets = new Dictionary<TopicPartition, Offset> { [new("t", 0)] = new(7) };
        await admin.SetGroupOffsetsAsync("g", offsets, _hangs.Token);
        _cluster.Stop(2);

        Task committing = admin.SetGroupOffsetsAsync("g", offsets, _hangs.Token);
        await Task.Delay(FailoverMs, _hangs.Token);
        Assert.False(committing.IsCompleted, $"{committing.Exception}");
        _cluster.Coordinate("g", 3);
        await committing;
    }

    [Fact]
    public async Task A_remote_log_is_the_same_log_wherever_its_leader_is()
    {
        await using RemoteLog log = await RemoteLog.OpenAsync(_client, new TopicPartition("t", 0), _hangs.Token);
        Task<List<long>> following = FollowAsync(log, 60);
        ProducerIdentity producer = await ProducerIdentity.AskAsync(_client, _hangs.Token);
        for (int index = 0; index < 60; index++)
        {
            if (index % 10 == 5)
            {
                _cluster.Lead("t", 0, 2 + (index / 10 % 2));
            }

            if (index == 1)
            {
                _cluster.Lead("t", 0, 2);
                _cluster.Stop(1);
            }

            AppendResult result = await log.AppendAsync(Batch(index, producer), new AppendOptions(Producer: ProducerCheck.Sequences), _hangs.Token);
            Assert.Equal(new Offset(index), result.BaseOffset);
        }

        Assert.Equal(Enumerable.Range(0, 60).Select(index => (long)index), await following);
        Assert.Equal(new Offset(60), log.Watermarks.Committed);
    }

    private async Task<List<long>> FollowAsync(RemoteLog log, int count)
    {
        List<long> offsets = [];
        await foreach (LogSlice slice in log.SubscribeAsync(Offset.Zero, cancellationToken: _hangs.Token))
        {
            using (slice)
            {
                ReadOnlyMemory<byte> rest = slice.Batches;
                while (RecordBatchView.TryRead(rest.Span, out RecordBatchView batch))
                {
                    offsets.Add(batch.BaseOffset.Value);
                    rest = rest[batch.SizeBytes..];
                }
            }

            if (offsets.Count >= count)
            {
                break;
            }
        }

        return offsets;
    }

    // A commit that met a rebalance is made again.
    private async Task CommitAsync(Consumer consumer)
    {
        try
        {
            await consumer.CommitAsync(_hangs.Token);
        }
        catch (ClientException error) when (error.Error is KafkaError.RebalanceInProgress or KafkaError.IllegalGeneration or KafkaError.UnknownMemberId)
        {
            // The group is another coordinator's, who did not know this member; it joins again.
        }
    }

    private async Task ReadAsync(Consumer consumer, HashSet<int> read, int count)
    {
        await foreach (ConsumedRecord record in consumer.ReadAllAsync(_hangs.Token))
        {
            read.Add(int.Parse(Encoding.UTF8.GetString(record.Value!.Value.Span)));
            if (read.Count >= count)
            {
                break;
            }
        }
    }

    private static async Task ReadOnAsync(Consumer consumer, CancellationToken cancellationToken)
    {
        await foreach (ConsumedRecord record in consumer.ReadAllAsync(cancellationToken))
        {
        }
    }

    private async Task ProduceAsync(Producer producer, int from, int count, Action halfway)
    {
        List<Task> produced = [];
        for (int index = from; index < from + count; index++)
        {
            produced.Add(producer.ProduceAsync(Record(index), _hangs.Token).AsTask());
            if (index == from + (count / 2))
            {
                halfway();
            }
        }

        await Task.WhenAll(produced).WaitAsync(_hangs.Token);
    }

    // What is in each partition, in order.
    private async Task<List<int>[]> ReadAllAsync(int count)
    {
        await using var consumer = new Consumer(_client);
        consumer.Assign([.. Enumerable.Range(0, Partitions).Select(partition => new TopicPartition("t", partition))], ReadPosition.Beginning);
        List<int>[] read = [.. Enumerable.Range(0, Partitions).Select(_ => new List<int>())];
        await foreach (ConsumedRecord record in consumer.ReadAllAsync(_hangs.Token))
        {
            read[record.Partition.Partition].Add(int.Parse(Encoding.UTF8.GetString(record.Value!.Value.Span)));
            if (read.SelectMany(values => values).Distinct().Count() == count)
            {
                break;
            }
        }

        return read;
    }

    private static OutgoingRecord Record(int index) => new("t", Encoding.UTF8.GetBytes($"{index}")) { Partition = index % Partitions };

    private static byte[] Batch(int index, ProducerIdentity producer)
    {
        using var builder = new RecordBatchBuilder();
        builder.SetProducer(producer.Id, producer.Epoch, index);
        builder.Append(1_000, default, Encoding.UTF8.GetBytes($"{index}"));
        return builder.Build().ToArray();
    }
}
