using System.Text;
using Duramen.Client.Producers;
using Duramen.Kafka;
using Duramen.Testing.Clocks;

namespace Duramen.Client.Tests.Producers;

/// <summary>What a producer makes of refusals, lost answers and lost connections.</summary>
public sealed class ProducerOrderTests : IAsyncLifetime, IAsyncDisposable
{
    private static readonly TimeSpan HangGuard = TimeSpan.FromSeconds(60);

    private readonly ScriptedBroker _broker = new();
    private readonly ProduceScript _script;
    private readonly KafkaClient _client;

    public ProducerOrderTests()
    {
        _script = new(_broker);
        _client = new(new ClientOptions { BootstrapServers = _broker.Address, RetryBackoffMs = 1, RetryBackoffMaxMs = 5, Seed = 1 });
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        await _broker.DisposeAsync();
    }

    ValueTask IAsyncDisposable.DisposeAsync() => new(DisposeAsync());

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_batch_whose_answer_is_lost_comes_again_and_is_in_the_log_once(int withheld)
    {
        _script.Withheld.Add(withheld);
        await using var producer = new Producer(_client);

        long[] offsets = await ProduceEachAsync(producer, 5);

        Assert.Equal([0, 1, 2, 3, 4], offsets);
        Assert.Equal(["0", "1", "2", "3", "4"], _script.Values());
        Assert.Equal(6, _script.Came.Count);
    }

    [Theory]
    [InlineData(KafkaError.NotLeaderOrFollower)]
    [InlineData(KafkaError.NotEnoughReplicas)]
    [InlineData(KafkaError.UnknownTopicOrPartition)]
    public async Task Batches_under_way_keep_their_order_when_the_first_is_refused_for_a_moment(KafkaError error)
    {
        var several = new TaskCompletionSource();
        _script.Before = async (number, _) =>
        {
            if (number == 0)
            {
                await several.Task;
                return error;
            }

            return null;
        };
        await using var producer = new Producer(_client, new ProducerOptions { BatchSizeBytes = 100 });

        Task<ProduceResult>[] all = [.. Enumerable.Range(0, 40).Select(index => producer.ProduceAsync(Record($"{index} {new string('x', 60)}")).AsTask())];
        several.SetResult();
        ProduceResult[] results = await Task.WhenAll(all).WaitAsync(HangGuard);

        Assert.Equal(Enumerable.Range(0, 40).Select(index => (long)index), results.Select(result => result.Offset.Value));
        Assert.Equal(Enumerable.Range(0, 40), _script.Values().Select(value => int.Parse(value.Split(' ')[0])));
    }

    [Fact]
    public async Task A_batch_that_is_refused_for_good_fails_alone_and_the_others_are_numbered_anew()
    {
        var several = new TaskCompletionSource();
        _script.Before = async (number, _) =>
        {
            if (number == 0)
            {
                await several.Task;
                return KafkaError.MessageTooLarge;
            }

            return null;
        };
        await using var producer = new Producer(_client, new ProducerOptions { BatchSizeBytes = 100 });

        Task<ProduceResult>[] all = [.. Enumerable.Range(0, 20).Select(index => producer.ProduceAsync(Record($"{index} {new string('x', 60)}")).AsTask())];
        several.SetResult();
        ClientException refused = await Assert.ThrowsAsync<ClientException>(() => all[0].WaitAsync(HangGuard));
        await Task.WhenAll(all[1..]).WaitAsync(HangGuard);

        Assert.Equal((ClientErrors.Refused, KafkaError.MessageTooLarge), (refused.Code, refused.Error));
        Assert.Equal(Enumerable.Range(1, 19), _script.Values().Select(value => int.Parse(value.Split(' ')[0])));
        Assert.Equal(2, _script.Came.Select(batch => batch.ProducerId).Distinct().Count());
    }

    [Theory]
    [InlineData(KafkaError.MessageTooLarge, true)]
    [InlineData(KafkaError.MessageTooLarge, false)]
    [InlineData(KafkaError.RecordListTooLarge, true)]
    public async Task A_batch_that_is_too_large_for_its_topic_is_sent_in_parts_and_each_record_has_its_place(KafkaError error, bool isIdempotent)
    {
        // One record fits, two do not.
        _script.Before = (_, request) =>
        {
            int size = request.Topics[0].Partitions[0].Records.ToMemory().Length;
            return Task.FromResult<KafkaError?>(size > 250 ? error : null);
        };
        await using var producer = new Producer(_client, new ProducerOptions { LingerMs = 60_000, IsIdempotent = isIdempotent });

        Task<ProduceResult>[] all = [.. Enumerable.Range(0, 50).Select(index => producer.ProduceAsync(Record($"{index} {new string('x', 100)}")).AsTask())];
        await producer.EnqueueAsync(Record("last"));
        await producer.FlushAsync().WaitAsync(HangGuard);
        ProduceResult[] results = await Task.WhenAll(all).WaitAsync(HangGuard);

        Assert.Equal(Enumerable.Range(0, 50).Select(index => (long)index), results.Select(result => result.Offset.Value));
        Assert.Equal([.. Enumerable.Range(0, 50).Select(index => $"{index}"), "last"], _script.Values().Select(value => value.Split(' ')[0]));
        Assert.Single(_script.Came.Select(batch => batch.ProducerId).Distinct());
    }

    [Fact]
    public async Task A_record_that_is_too_large_alone_fails_alone()
    {
        _script.Before = (_, request) =>
        {
            int size = request.Topics[0].Partitions[0].Records.ToMemory().Length;
            return Task.FromResult<KafkaError?>(size > 250 ? KafkaError.MessageTooLarge : null);
        };
        await using var producer = new Producer(_client, new ProducerOptions { LingerMs = 60_000 });

        Task<ProduceResult>[] all = [.. Enumerable.Range(0, 20).Select(index => producer.ProduceAsync(Record($"{index} {new string('x', index == 7 ? 300 : 50)}")).AsTask())];
        await producer.FlushAsync().WaitAsync(HangGuard);
        ClientException refused = await Assert.ThrowsAsync<ClientException>(() => all[7].WaitAsync(HangGuard));
        await Task.WhenAll(all[..7].Concat(all[8..])).WaitAsync(HangGuard);

        Assert.Equal(KafkaError.MessageTooLarge, refused.Error);
        Assert.Equal(Enumerable.Range(0, 20).Where(index => index != 7).Select(index => $"{index}"), _script.Values().Select(value => value.Split(' ')[0]));
    }

    [Fact]
    public async Task Whatever_happens_to_requests_each_acknowledged_record_is_in_the_log_once_and_in_order()
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            var chance = new Duramen.Core.Random.Prng(seed);
            await using var broker = new ScriptedBroker();
            var script = new ProduceScript(broker)
            {
                Before = (number, _) =>
                {
                    KafkaError? error = chance.NextInt32(4) == 0 ? KafkaError.NotLeaderOrFollower : null;
                    return Task.FromResult(error);
                },
            };
            for (int number = 0; number < 400; number++)
            {
                if (chance.NextInt32(10) == 0)
                {
                    script.Withheld.Add(number);
                }
            }

            await using var client = new KafkaClient(new ClientOptions { BootstrapServers = broker.Address, RetryBackoffMs = 1, RetryBackoffMaxMs = 3, Seed = seed });
            await using var producer = new Producer(client, new ProducerOptions { BatchSizeBytes = 200 });
            Task<ProduceResult>[] all = [.. Enumerable.Range(0, 200).Select(index => producer.ProduceAsync(Record($"{index}{new string('y', 50)}")).AsTask())];

            ProduceResult[] results = await Task.WhenAll(all).WaitAsync(HangGuard);

            Assert.Equal(Enumerable.Range(0, 200).Select(index => $"{index}{new string('y', 50)}"), script.Values());
            Assert.Equal(Enumerable.Range(0, 200).Select(index => (long)index), results.Select(result => result.Offset.Value));
        }
    }

    [Fact]
    public async Task A_record_that_is_not_acknowledged_in_time_fails_and_says_that_it_is_not_known_where_it_is()
    {
        var time = new FakeTime();
        await using var client = new KafkaClient(new ClientOptions { BootstrapServers = _broker.Address, Time = time, Seed = 1 });
        var options = new ProducerOptions { DeliveryTimeoutMs = 20_000 };
        _script.Before = (_, _) =>
        {
            // It was sent in time, and the answer comes late.
            time.Advance(TimeSpan.FromMilliseconds(options.DeliveryTimeoutMs));
            return Task.FromResult<KafkaError?>(KafkaError.NotEnoughReplicas);
        };
        await using var producer = new Producer(client, options);

        ClientException late = await Assert.ThrowsAsync<ClientException>(() => producer.ProduceAsync(Record("a")).AsTask().WaitAsync(HangGuard));

        Assert.Equal(ClientErrors.DeliveryTimedOut, late.Code);
        Assert.Contains("not known", late.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_fills_the_buffer_waits_until_records_are_acknowledged()
    {
        var open = new TaskCompletionSource();
        _script.Before = async (_, _) =>
        {
            await open.Task;
            return null;
        };
        await using var producer = new Producer(_client, new ProducerOptions { BufferBytes = 1_000 });
        await producer.EnqueueAsync(Record(new string('a', 800)));

        ValueTask waiting = producer.EnqueueAsync(Record(new string('b', 800)));

        Assert.False(waiting.IsCompleted);
        open.SetResult();
        await waiting.AsTask().WaitAsync(HangGuard);
        await producer.FlushAsync().WaitAsync(HangGuard);
        Assert.Equal(2, _script.Values().Count);
    }

    [Fact]
    public async Task A_flush_says_what_failed_of_records_that_nobody_waited_for()
    {
        _script.Before = (_, _) => Task.FromResult<KafkaError?>(KafkaError.InvalidRecord);
        await using var producer = new Producer(_client);
        await producer.EnqueueAsync(Record("a"));

        ClientException refused = await Assert.ThrowsAsync<ClientException>(() => producer.FlushAsync().WaitAsync(HangGuard));

        Assert.Equal(KafkaError.InvalidRecord, refused.Error);
        await producer.FlushAsync().WaitAsync(HangGuard);
    }

    [Fact]
    public async Task A_producer_that_is_disposed_sends_what_it_was_given_and_takes_no_more()
    {
        var producer = new Producer(_client, new ProducerOptions { LingerMs = 60_000 });
        ValueTask<ProduceResult> result = producer.ProduceAsync(Record("a"));

        await producer.DisposeAsync();

        Assert.Equal(0, (await result).Offset.Value);
        Assert.Equal(ClientErrors.Closed, (await Assert.ThrowsAsync<ClientException>(() => producer.ProduceAsync(Record("b")).AsTask())).Code);
    }

    [Fact]
    public async Task A_record_that_no_request_can_hold_is_refused_before_it_is_sent()
    {
        await using var producer = new Producer(_client);

        ClientException refused = await Assert.ThrowsAsync<ClientException>(() => producer.ProduceAsync(Record(new string('a', 1 << 20))).AsTask());

        Assert.Equal(ClientErrors.RecordTooLarge, refused.Code);
        Assert.Equal(0, (await producer.ProduceAsync(Record(new string('a', 1_000_000)))).Offset.Value);
    }

    private static OutgoingRecord Record(string value) => new("t", Encoding.UTF8.GetBytes(value));

    private static async Task<long[]> ProduceEachAsync(Producer producer, int count)
    {
        var offsets = new List<long>();
        for (int index = 0; index < count; index++)
        {
            offsets.Add((await producer.ProduceAsync(Record($"{index}")).AsTask().WaitAsync(HangGuard)).Offset.Value);
        }

        return [.. offsets];
    }
}
