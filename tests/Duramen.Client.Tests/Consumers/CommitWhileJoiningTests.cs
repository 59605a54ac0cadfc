using System.Collections.Concurrent;
using Duramen.Client.Consumers;
using Duramen.Core.Ids;
using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Kafka.Wire;
using Duramen.Records.Batches;

namespace Duramen.Client.Tests.Consumers;

/// <summary>A member of a group that commits while it joins, and the group is in its next generation before the member hears of it.</summary>
public sealed class CommitWhileJoiningTests : IAsyncLifetime
{
    private static readonly TimeSpan HangGuard = TimeSpan.FromSeconds(60);
    private static readonly TopicPartition Partition = new("t", 0);

    private readonly ScriptedBroker _broker = new();
    private readonly KafkaClient _client;
    private readonly TaskCompletionSource _isSyncing = NewSource();
    private readonly TaskCompletionSource _maySync = NewSource();
    private readonly TaskCompletionSource _isOver = NewSource();
    private readonly ConcurrentQueue<(string MemberId, int Generation, long Offset)> _committed = new();
    private int _joins;
    private int _fetches;
    private volatile bool _hasRead;

    public CommitWhileJoiningTests()
    {
        _broker.Answer = AnswerAsync;
        _client = new(new ClientOptions { BootstrapServers = _broker.Address, RetryBackoffMs = 1, RetryBackoffMaxMs = 5, Seed = 1 });
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        _isOver.TrySetResult();
        await _client.DisposeAsync();
        await _broker.DisposeAsync();
    }

    [Fact]
    public async Task A_commit_of_the_generation_before_is_made_again_in_that_of_the_join()
    {
        await using var consumer = new Consumer(
            _client, new ConsumerOptions { GroupId = "g", Assignors = [GroupAssignor.CooperativeSticky], HeartbeatIntervalMs = 1, CommitIntervalMs = 0 });
        consumer.Subscribe("t");
        using var stopped = new CancellationTokenSource();
        Task reading = ReadAsync(consumer, stopped.Token);
        await _isSyncing.Task.WaitAsync(HangGuard);

        await consumer.CommitAsync().WaitAsync(HangGuard);

        Assert.Equal([("m", 1, 1L), ("m", 2, 1L)], _committed);
        Assert.Equal(2, _joins);
        _isOver.SetResult();
        await stopped.CancelAsync();
        await reading.WaitAsync(HangGuard);
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task ReadAsync(Consumer consumer, CancellationToken stopped)
    {
        try
        {
            await foreach (ConsumedRecord _ in consumer.ReadAllAsync(stopped))
            {
                _hasRead = true;
            }
        }
        catch (OperationCanceledException)
        {
            // The test ends it.
        }
    }

    private async Task<IKafkaMessage?> AnswerAsync(RequestHeader header, ReadOnlyMemory<byte> frame)
    {
        switch ((ApiKey)header.ApiKey)
        {
            case ApiKey.FindCoordinator:
                return new FindCoordinatorResponse { Coordinators = [new() { Key = "g", NodeId = 1 }] };
            case ApiKey.JoinGroup:
                return new JoinGroupResponse { GenerationId = ++_joins, MemberId = "m", Leader = "another", ProtocolName = "cooperative-sticky" };
            case ApiKey.SyncGroup:
                return await SyncAsync(ScriptedBroker.Read<SyncGroupRequest>(header, frame));
            case ApiKey.Heartbeat:
                return Beat(ScriptedBroker.Read<HeartbeatRequest>(header, frame));
            case ApiKey.OffsetCommit:
                return Commit(ScriptedBroker.Read<OffsetCommitRequest>(header, frame));
            case ApiKey.OffsetFetch:
                return new OffsetFetchResponse { Groups = [new() { GroupId = "g" }] };
            case ApiKey.ListOffsets:
                return new ListOffsetsResponse { Topics = [new() { Name = "t", Partitions = [new() { Offset = 0 }] }] };
            case ApiKey.Fetch:
                return await FetchAsync();
            case ApiKey.LeaveGroup:
                return new LeaveGroupResponse { Members = [new() { MemberId = "m" }] };
            default:
                return null;
        }
    }

    // The group is in its second generation, and says so to everybody but the member that waits for this answer.
    private async Task<SyncGroupResponse> SyncAsync(SyncGroupRequest request)
    {
        if (request.GenerationId == 2)
        {
            _isSyncing.SetResult();
            await _maySync.Task;
        }

        return new SyncGroupResponse { Assignment = GroupProtocol.WriteAssignment([Partition]) };
    }

    // The member hears of a rebalance when it has something to commit.
    private HeartbeatResponse Beat(HeartbeatRequest request) => new()
    {
        ErrorCode = request.GenerationId == 1 && _hasRead ? KafkaError.RebalanceInProgress : KafkaError.None,
    };

    private OffsetCommitResponse Commit(OffsetCommitRequest request)
    {
        _committed.Enqueue((request.MemberId, request.GenerationId, request.Topics[0].Partitions[0].CommittedOffset));
        _maySync.TrySetResult();
        KafkaError error = request.GenerationId == 1 ? KafkaError.IllegalGeneration : KafkaError.None;
        return new OffsetCommitResponse { Topics = [new() { Name = "t", Partitions = [new() { ErrorCode = error }] }] };
    }

    private async Task<FetchResponse> FetchAsync()
    {
        byte[] batches = [];
        if (Interlocked.Increment(ref _fetches) == 1)
        {
            using var builder = new RecordBatchBuilder { BaseOffset = Offset.Zero };
            builder.Append(1_000, default, "a record"u8);
            batches = builder.Build().ToArray();
        }
        else
        {
            await _isOver.Task;
        }

        return new FetchResponse
        {
            Topics = [new() { Name = "t", Partitions = [new() { HighWatermark = 1, LastStableOffset = 1, LogStartOffset = 0, Records = (ReadOnlyMemory<byte>)batches }] }],
        };
    }
}
