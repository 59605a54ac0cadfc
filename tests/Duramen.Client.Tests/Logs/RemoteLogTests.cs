using System.Text;
using Duramen.Client.Admin;
using Duramen.Client.Logs;
using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Kafka.Wire;
using Duramen.Log;
using Duramen.Records.Batches;

namespace Duramen.Client.Tests.Logs;

/// <summary>What a remote log makes of refusals, lost answers, and a cluster that goes away.</summary>
public sealed class RemoteLogTests : IAsyncLifetime
{
    private static readonly TimeSpan HangGuard = TimeSpan.FromSeconds(60);
    private static readonly AppendOptions Checked = new(Producer: ProducerCheck.Sequences);

    private readonly ScriptedBroker _broker = new();
    private readonly ProduceScript _script;
    private readonly KafkaClient _client;

    public RemoteLogTests()
    {
        _script = new(_broker);
        Func<RequestHeader, ReadOnlyMemory<byte>, Task<IKafkaMessage?>> produce = _broker.Answer;
        _broker.Answer = (header, frame) => (ApiKey)header.ApiKey switch
        {
            ApiKey.ListOffsets => Task.FromResult<IKafkaMessage?>(Ends(ScriptedBroker.Read<ListOffsetsRequest>(header, frame))),
            _ => produce(header, frame),
        };
        _client = new(new ClientOptions { BootstrapServers = _broker.Address, RetryBackoffMs = 1, RetryBackoffMaxMs = 5, Seed = 1 });
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        await _broker.DisposeAsync();
    }

    [Fact]
    public async Task An_append_whose_answer_is_lost_fails_and_is_never_sent_again_where_it_would_be_in_the_log_twice()
    {
        _script.Withheld.Add(0);
        await using RemoteLog log = await OpenAsync();

        await RefusesAsync(LogErrors.Unavailable, () => log.AppendAsync(Batch("a")).AsTask());
        AppendResult next = await log.AppendAsync(Batch("b"));

        Assert.Equal(["a", "b"], _script.Values());
        Assert.Equal(new Offset(1), next.BaseOffset);
    }

    [Fact]
    public async Task An_append_whose_answer_is_lost_is_sent_again_where_the_log_recognises_it()
    {
        _script.Withheld.Add(0);
        await using RemoteLog log = await OpenAsync();

        AppendResult first = await log.AppendAsync(Batch("a", producer: 7, sequence: 0), Checked);
        AppendResult second = await log.AppendAsync(Batch("b", producer: 7, sequence: 1), Checked);

        Assert.Equal(["a", "b"], _script.Values());
        Assert.Equal((new Offset(0), new Offset(1)), (first.BaseOffset, second.BaseOffset));
        Assert.False(first.IsDuplicate);
        Assert.Equal(3, _script.Came.Count);
    }

    [Theory]
    [InlineData(KafkaError.NotLeaderOrFollower, false)]
    [InlineData(KafkaError.NotEnoughReplicas, false)]
    [InlineData(KafkaError.NotLeaderOrFollower, true)]
    [InlineData(KafkaError.KafkaStorageError, true)]
    public async Task Appends_under_way_keep_their_order_when_the_first_is_refused_for_a_moment(KafkaError error, bool hasProducer)
    {
        var several = new TaskCompletionSource();
        _script.Before = async (number, _) =>
        {
            if (number == 0)
            {
                await several.Task;
            }

            // Those that were sent meanwhile meet the same broker.
            return number < 3 ? error : null;
        };
        await using RemoteLog log = await OpenAsync();

        Task<AppendResult>[] all = [.. Enumerable.Range(0, 30).Select(index =>
            log.AppendAsync(Batch($"{index}", hasProducer ? 7 : null, index), hasProducer ? Checked : default).AsTask())];
        several.SetResult();
        AppendResult[] results = await Task.WhenAll(all).WaitAsync(HangGuard);

        Assert.Equal(Enumerable.Range(0, 30).Select(index => $"{index}"), _script.Values());
        Assert.Equal(Enumerable.Range(0, 30).Select(index => (long)index), results.Select(result => result.BaseOffset.Value));
    }

    [Fact]
    public async Task A_refusal_that_says_where_the_batch_was_put_is_not_followed_by_the_same_batch()
    {
        int requests = 0;
        Func<RequestHeader, ReadOnlyMemory<byte>, Task<IKafkaMessage?>> others = _broker.Answer;
        _broker.Answer = (header, frame) => (ApiKey)header.ApiKey == ApiKey.Produce && requests++ == 0
            ? Task.FromResult<IKafkaMessage?>(new ProduceResponse
            {
                Topics = [new() { Name = "t", Partitions = [new() { ErrorCode = KafkaError.NotLeaderOrFollower, BaseOffset = 12 }] }],
            })
            : others(header, frame);
        await using RemoteLog log = await OpenAsync();

        await RefusesAsync(LogErrors.Unavailable, () => log.AppendAsync(Batch("a")).AsTask());

        Assert.Empty(_script.Values());
    }

    [Fact]
    public async Task A_gap_behind_an_append_that_is_refused_for_a_moment_is_none()
    {
        _script.Before = (number, _) => Task.FromResult<KafkaError?>(number == 0 ? KafkaError.NotEnoughReplicas : null);
        await using RemoteLog log = await OpenAsync();

        Task<AppendResult>[] all = [.. Enumerable.Range(0, 5).Select(index => log.AppendAsync(Batch($"{index}", 7, index), Checked).AsTask())];
        await Task.WhenAll(all).WaitAsync(HangGuard);

        Assert.Equal(["0", "1", "2", "3", "4"], _script.Values());
        await RefusesAsync(LogErrors.SequenceGap, () => log.AppendAsync(Batch("late", 7, 9), Checked).AsTask());
    }

    [Fact]
    public async Task Following_the_tail_takes_one_fetch_for_each_answer()
    {
        int fetches = 0;
        var grown = new TaskCompletionSource();
        Func<RequestHeader, ReadOnlyMemory<byte>, Task<IKafkaMessage?>> others = _broker.Answer;
        _broker.Answer = async (header, frame) =>
        {
            if ((ApiKey)header.ApiKey != ApiKey.Fetch)
            {
                return await others(header, frame);
            }

            long from = ScriptedBroker.Read<FetchRequest>(header, frame).Topics[0].Partitions[0].FetchOffset;
            fetches++;
            if (fetches == 2)
            {
                await grown.Task;
            }

            return fetches switch
            {
                1 => Fetched(0, []),
                <= 4 => Fetched(from + 1, Batch($"{from}", offset: from)),
                _ => null,
            };
        };
        await using RemoteLog log = await OpenAsync();
        await using IAsyncEnumerator<LogSlice> follower = log.SubscribeAsync(Offset.Zero).GetAsyncEnumerator();

        ValueTask<bool> next = follower.MoveNextAsync();
        Assert.False(next.IsCompleted);
        grown.SetResult();
        Assert.True(await next.AsTask().WaitAsync(HangGuard));
        Assert.Equal((new Offset(1), 2), (follower.Current.NextOffset, fetches));
        follower.Current.Dispose();
    }

    [Fact]
    public async Task A_batch_that_was_damaged_on_the_way_is_said_and_not_returned()
    {
        byte[] damaged = Batch("damaged", offset: 0);
        damaged[^1] ^= 1;
        Func<RequestHeader, ReadOnlyMemory<byte>, Task<IKafkaMessage?>> others = _broker.Answer;
        _broker.Answer = (header, frame) => (ApiKey)header.ApiKey == ApiKey.Fetch ? Task.FromResult<IKafkaMessage?>(Fetched(1, damaged)) : others(header, frame);
        await using RemoteLog log = await OpenAsync();

        await RefusesAsync(LogErrors.Corrupt, () => log.ReadAsync(Offset.Zero, ReadLimits.Default).AsTask());
    }

    [Fact]
    public async Task A_log_whose_cluster_went_away_says_so_and_whoever_waits_for_it_goes_on_waiting()
    {
        var broker = new ScriptedBroker { Answer = _broker.Answer };
        var client = new KafkaClient(
            new ClientOptions { BootstrapServers = broker.Address, RetryBackoffMs = 1, RetryBackoffMaxMs = 5, OperationTimeoutMs = 50, UnreachableTimeoutMs = 0, Seed = 1 });
        var log = await RemoteLog.OpenAsync(client, new TopicPartition("t", 0));
        Task waiting = log.WaitForCommittedAsync(Offset.Zero).AsTask();
        await broker.DisposeAsync();

        await RefusesAsync(LogErrors.Unavailable, () => log.ReadAsync(Offset.Zero, ReadLimits.Default).AsTask());
        await RefusesAsync(LogErrors.Unavailable, () => log.AppendAsync(Batch("a")).AsTask());
        await RefusesAsync(LogErrors.Unavailable, () => log.FindTimestampAsync(0).AsTask());

        Assert.False(waiting.IsCompleted);
        await log.DisposeAsync();
        await RefusesAsync(LogErrors.Closed, () => waiting);
        await client.DisposeAsync();
    }

    [Fact]
    public async Task A_log_whose_topic_is_deleted_and_made_again_is_not_that_topic()
    {
        await using DuramenNode node = await DuramenNode.StartAsync();
        await using var client = new KafkaClient(new ClientOptions { BootstrapServers = node.BootstrapServers, RetryBackoffMs = 1, RetryBackoffMaxMs = 5, Seed = 1 });
        var admin = new AdminClient(client);
        await admin.CreateTopicAsync(new NewTopic("again"));
        await using RemoteLog log = await RemoteLog.OpenAsync(client, new TopicPartition("again", 0));
        await using RemoteLog same = await RemoteLog.OpenAsync(client, new TopicPartition("again", 0));
        await log.AppendAsync(Batch("a"));
        Task waiting = log.WaitForCommittedAsync(new Offset(5)).AsTask();

        await admin.DeleteTopicAsync("again");

        await RefusesAsync(LogErrors.NotFound, () => log.ReadAsync(Offset.Zero, ReadLimits.Default).AsTask());
        await RefusesAsync(LogErrors.NotFound, () => log.AppendAsync(Batch("b")).AsTask());
        await RefusesAsync(LogErrors.NotFound, () => waiting);
        await RefusesAsync(LogErrors.NotFound, () => RemoteLog.OpenAsync(client, new TopicPartition("again", 0)));

        await admin.CreateTopicAsync(new NewTopic("again"));
        await using RemoteLog other = await RemoteLog.OpenAsync(client, new TopicPartition("again", 0));
        await RefusesAsync(LogErrors.NotFound, () => log.ReadAsync(Offset.Zero, ReadLimits.Default).AsTask());
        await RefusesAsync(LogErrors.NotFound, () => log.AppendAsync(Batch("b")).AsTask());
        Assert.Equal(log.Id, same.Id);
        Assert.NotEqual(log.Id, other.Id);
        await RefusesAsync(LogErrors.NotFound, () => RemoteLog.OpenAsync(client, new TopicPartition("again", 1)));
    }

    private Task<RemoteLog> OpenAsync() => RemoteLog.OpenAsync(_client, new TopicPartition("t", 0));

    private static ListOffsetsResponse Ends(ListOffsetsRequest request) => new()
    {
        Topics = [new() { Name = request.Topics[0].Name, Partitions = [new() { Index = request.Topics[0].Partitions[0].Index, Offset = 0 }] }],
    };

    private static FetchResponse Fetched(long committed, byte[] batches) => new()
    {
        Topics = [new() { Name = "t", Partitions = [new() { HighWatermark = committed, LogStartOffset = 0, Records = (ReadOnlyMemory<byte>)batches }] }],
    };

    private static byte[] Batch(string value, long? producer = null, int sequence = 0, long offset = 0)
    {
        using RecordBatchBuilder builder = new() { BaseOffset = new Offset(offset) };
        if (producer is { } id)
        {
            builder.SetProducer(new ProducerId(id), 0, sequence);
        }

        builder.Append(1_000, default, Encoding.UTF8.GetBytes(value));
        return builder.Build().ToArray();
    }

    private static async Task RefusesAsync(ErrorCode code, Func<Task> call)
    {
        LogException refusal = await Assert.ThrowsAnyAsync<LogException>(() => call().WaitAsync(HangGuard));
        Assert.Equal(code, refusal.Code);
    }
}
