using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Kafka.Wire;
using Duramen.Records.Batches;
using Duramen.Records.Compression;
using Duramen.Testing.Kafka;

namespace Duramen.Broker.Tests.Handlers;

public sealed class ProduceTests
{
    [Fact]
    public async Task A_record_may_have_thousands_of_headers()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("t");
        RecordHeader[] headers = [.. Enumerable.Range(0, 5000).Select(number => new RecordHeader($"header {number}", null))];
        using var builder = new RecordBatchBuilder();
        builder.Append(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), "key"u8, "value"u8, headers);
        Assert.Equal(KafkaError.None, (await TestBroker.ProduceAsync(client, "t", builder.Build().ToArray())).ErrorCode);
        Assert.Equal(["value"], TestBroker.Values((await TestBroker.FetchAsync(client, TestBroker.Fetch("t", 0))).Records));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(9)]
    public async Task What_is_produced_is_fetched_in_every_version(short version)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("t");
        ProduceResponse.Partition first = await TestBroker.ProduceAsync(client, "t", TestBroker.Batch("a", "b"), version: version);
        ProduceResponse.Partition second = await TestBroker.ProduceAsync(client, "t", TestBroker.Batch("c"), version: version);
        Assert.Equal((KafkaError.None, 0L, -1L), (first.ErrorCode, first.BaseOffset, first.LogAppendTimeMs));
        Assert.Equal(2, second.BaseOffset);
        FetchResponse.Partition fetched = await TestBroker.FetchAsync(client, TestBroker.Fetch("t", 0));
        Assert.Equal(["a", "b", "c"], TestBroker.Values(fetched.Records));
        Assert.Equal((3L, 3L), (fetched.HighWatermark, fetched.LastStableOffset));
    }

    [Fact]
    public async Task Requests_that_were_sent_without_waiting_are_appended_and_answered_in_their_order()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("t");
        const int Requests = 200;
        for (int index = 0; index < Requests; index++)
        {
            await client.SendAsync(TestBroker.Produce("t", 0, TestBroker.Batch($"{index}")), version: 7);
        }

        for (int index = 0; index < Requests; index++)
        {
            ProduceResponse response = KafkaFrames.ReadResponse<ProduceResponse>((await client.ReceiveAsync())!, 7, out _);
            Assert.Equal(index, response.Topics[0].Partitions[0].BaseOffset);
        }

        FetchResponse.Partition fetched = await TestBroker.FetchAsync(client, TestBroker.Fetch("t", 0));
        Assert.Equal(Enumerable.Range(0, Requests).Select(index => $"{index}"), TestBroker.Values(fetched.Records));
    }

    [Fact]
    public async Task Without_acks_there_is_no_response_and_a_failure_closes_the_connection()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("t");
        await client.SendAsync(TestBroker.Produce("t", 0, TestBroker.Batch("silent"), acks: 0), version: 7);
        FetchResponse.Partition fetched = await TestBroker.FetchAsync(client, TestBroker.Fetch("t", 0));
        Assert.Equal(["silent"], TestBroker.Values(fetched.Records));
        await client.SendAsync(TestBroker.Produce("missing", 0, TestBroker.Batch("x"), acks: 0), version: 7);
        Assert.Null(await client.ReceiveAsync());
    }

    [Fact]
    public async Task Each_defect_has_the_error_that_clients_know()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("t", 1, ("max.message.bytes", "1000"), ("message.timestamp.after.max.ms", "1000"));
        byte[] whole = TestBroker.Batch("value");
        async Task Expect(KafkaError error, byte[] batch, short version = 9, short acks = -1, int partition = 0, string topic = "t")
        {
            ProduceResponse.Partition answer = await TestBroker.ProduceAsync(client, topic, batch, partition, acks, version);
            Assert.Equal(error, answer.ErrorCode);
            Assert.Equal(-1, answer.BaseOffset);
            Assert.False(version >= 8 && string.IsNullOrEmpty(answer.ErrorMessage));
        }

        await Expect(KafkaError.UnknownTopicOrPartition, whole, topic: "missing");
        await Expect(KafkaError.UnknownTopicOrPartition, whole, partition: 1);
        await Expect(KafkaError.InvalidRequiredAcks, whole, acks: 2);
        await Expect(KafkaError.InvalidRecord, []);
        await Expect(KafkaError.InvalidRecord, [.. whole, .. whole]);
        await Expect(KafkaError.CorruptMessage, Changed(whole, RecordBatchLayout.Records + 3));
        await Expect(KafkaError.InvalidRecord, Changed(whole, RecordBatchLayout.Magic));
        await Expect(KafkaError.MessageTooLarge, TestBroker.Batch(new string('x', 2000)));
        await Expect(KafkaError.UnsupportedCompressionType, TestBroker.Batch(builder => builder.Codec = CompressionCodec.Zstd, "z"), version: 6);
        await Expect(KafkaError.InvalidTimestamp, Timed(DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeMilliseconds()));
        await Expect(KafkaError.InvalidTimestamp, TestBroker.Batch(builder => builder.LogAppendTimeMs = 5, "client sets the log's bit"));
        await Expect(KafkaError.InvalidRecord, TestBroker.Batch(builder => builder.SetProducer(new(5), 0, -1), "no sequence"));
        Assert.Equal(0, (await TestBroker.FetchAsync(client, TestBroker.Fetch("t", 0))).HighWatermark);
    }

    [Fact]
    public async Task A_record_without_a_key_is_refused_by_a_compacted_topic_and_named()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("t", 1, ("cleanup.policy", "compact"));
        using var builder = new RecordBatchBuilder();
        builder.Append(1, "key"u8, "first"u8);
        builder.Append(1, default, "second"u8);
        ProduceResponse.Partition answer = await TestBroker.ProduceAsync(client, "t", builder.Build().ToArray());
        Assert.Equal(KafkaError.InvalidRecord, answer.ErrorCode);
        Assert.Equal(1, Assert.Single(answer.RecordErrors).BatchIndex);
    }

    [Fact]
    public async Task The_bad_records_of_a_request_are_named_up_to_a_number()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("t", 2, ("cleanup.policy", "compact"));
        using var builder = new RecordBatchBuilder { Codec = CompressionCodec.Gzip };
        for (int record = 0; record < 60_000; record++)
        {
            builder.Append(1, null, null);
        }

        ProduceRequest request = TestBroker.Produce("t", 0, builder.Build().ToArray());
        request.Topics[0].Partitions.Add(new() { Index = 1, Records = request.Topics[0].Partitions[0].Records });
        List<ProduceResponse.Partition> answers = (await client.AskAsync(request, version: 9)).Topics[0].Partitions;

        Assert.All(answers, answer => Assert.Equal(KafkaError.InvalidRecord, answer.ErrorCode));
        Assert.Equal([60_000, 40_000], answers.Select(answer => answer.RecordErrors.Count));
    }

    [Fact]
    public async Task Every_bad_record_of_a_batch_is_named_and_the_first_hundred_are_explained()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("t", 1, ("cleanup.policy", "compact"), ("message.timestamp.after.max.ms", "1000"));
        using var builder = new RecordBatchBuilder();
        for (int record = 0; record < 300; record++)
        {
            if (record % 2 == 0)
            {
                builder.Append(1, "key"u8, "value"u8);
            }
            else
            {
                builder.Append(1, default, "value"u8);
            }
        }

        ProduceResponse.Partition keyless = await TestBroker.ProduceAsync(client, "t", builder.Build().ToArray());
        Assert.Equal(KafkaError.InvalidRecord, keyless.ErrorCode);
        Assert.Equal(Enumerable.Range(0, 150).Select(record => (record * 2) + 1), keyless.RecordErrors.Select(error => error.BatchIndex));
        Assert.Equal(100, keyless.RecordErrors.Count(error => error.Message is not null));

        // A timestamp out of range is what Kafka names the batch's error, whichever record has it.
        using var mixed = new RecordBatchBuilder();
        mixed.Append(1, default, "no key"u8);
        mixed.Append(DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeMilliseconds(), "key"u8, "from the future"u8);
        mixed.Append(1, "key"u8, "good"u8);
        byte[] batch = mixed.Build().ToArray();
        RecordBatchPatch.SetMaxTimestamp(batch, 1);
        ProduceResponse.Partition late = await TestBroker.ProduceAsync(client, "t", batch);
        Assert.Equal(KafkaError.InvalidTimestamp, late.ErrorCode);
        Assert.Equal([0, 1], late.RecordErrors.Select(error => error.BatchIndex));
    }

    [Fact]
    public async Task A_topic_that_sets_timestamps_gives_all_records_the_time_of_their_append()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("t", 1, ("message.timestamp.type", "LogAppendTime"));
        ProduceResponse.Partition answer = await TestBroker.ProduceAsync(client, "t", Timed(12345));
        FetchResponse.Partition fetched = await TestBroker.FetchAsync(client, TestBroker.Fetch("t", 0));
        RecordBatchView.TryRead(fetched.Records.ToMemory().Span, out RecordBatchView batch);
        Assert.True(answer.LogAppendTimeMs > 12345);
        Assert.True(batch.IsLogAppendTime);
        Assert.Equal(answer.LogAppendTimeMs, batch.MaxTimestampMs);
        Assert.Single(TestBroker.Values(fetched.Records));
    }

    [Theory]
    [InlineData("gzip", CompressionCodec.Gzip)]
    [InlineData("zstd", CompressionCodec.Zstd)]
    [InlineData("uncompressed", CompressionCodec.None)]
    [InlineData("producer", CompressionCodec.Lz4)]
    public async Task A_topic_with_a_codec_of_its_own_stores_batches_with_it(string configured, CompressionCodec stored)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("t", 1, ("compression.type", configured));
        await TestBroker.ProduceAsync(client, "t", TestBroker.Batch(builder => builder.Codec = CompressionCodec.Lz4, new string('a', 500), "b"));
        FetchResponse.Partition fetched = await TestBroker.FetchAsync(client, TestBroker.Fetch("t", 0));
        RecordBatchView.TryRead(fetched.Records.ToMemory().Span, out RecordBatchView batch);
        Assert.Equal(stored, batch.Codec);
        Assert.Equal([new string('a', 500), "b"], TestBroker.Values(fetched.Records));
    }

    [Fact]
    public async Task A_largest_timestamp_that_the_header_gets_wrong_is_set_right()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("t");
        byte[] batch = Timed(5000);
        RecordBatchPatch.SetMaxTimestamp(batch, 4000);
        Assert.Equal(KafkaError.None, (await TestBroker.ProduceAsync(client, "t", batch)).ErrorCode);
        FetchResponse.Partition fetched = await TestBroker.FetchAsync(client, TestBroker.Fetch("t", 0));
        RecordBatchView.TryRead(fetched.Records.ToMemory().Span, out RecordBatchView stored);
        Assert.Equal(5000, stored.MaxTimestampMs);
    }

    [Fact]
    public async Task An_idempotent_producer_gets_the_first_offsets_for_a_duplicate_and_an_error_for_a_gap_or_an_old_epoch_also_after_a_restart()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("t");
        InitProducerIdResponse init = await client.AskAsync(new InitProducerIdRequest { TransactionTimeoutMs = int.MaxValue }, version: 4);
        Assert.Equal(KafkaError.None, init.ErrorCode);
        byte[] First(short epoch, int sequence) => TestBroker.Batch(builder => builder.SetProducer(new(init.ProducerId), epoch, sequence), "a", "b");
        Assert.Equal(0, (await TestBroker.ProduceAsync(client, "t", First(1, 0))).BaseOffset);
        Assert.Equal(2, (await TestBroker.ProduceAsync(client, "t", First(1, 2))).BaseOffset);
        await broker.RestartAsync();
        using WireClient again = await broker.ConnectAsync();
        Assert.Equal(0, (await TestBroker.ProduceAsync(again, "t", First(1, 0))).BaseOffset);
        Assert.Equal(KafkaError.OutOfOrderSequenceNumber, (await TestBroker.ProduceAsync(again, "t", First(1, 6))).ErrorCode);
        Assert.Equal(KafkaError.InvalidProducerEpoch, (await TestBroker.ProduceAsync(again, "t", First(0, 4))).ErrorCode);
        Assert.Equal(4, (await TestBroker.ProduceAsync(again, "t", First(1, 4))).BaseOffset);
        InitProducerIdResponse other = await again.AskAsync(new InitProducerIdRequest { TransactionTimeoutMs = int.MaxValue }, version: 4);
        Assert.NotEqual(init.ProducerId, other.ProducerId);
    }

    [Fact]
    public async Task The_brokers_own_topics_take_nothing_from_clients()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync();
        await client.AskAsync(new FindCoordinatorRequest { Key = "group" }, version: 2);
        Assert.Equal(KafkaError.InvalidTopic, (await TestBroker.ProduceAsync(client, "__consumer_offsets", TestBroker.Batch("x"))).ErrorCode);
    }

    private static byte[] Changed(byte[] batch, int position)
    {
        byte[] changed = [.. batch];
        changed[position] ^= 0x55;
        return changed;
    }

    private static byte[] Timed(long timestampMs)
    {
        using var builder = new RecordBatchBuilder();
        builder.Append(timestampMs, "key"u8, "value"u8);
        return builder.Build().ToArray();
    }
}
