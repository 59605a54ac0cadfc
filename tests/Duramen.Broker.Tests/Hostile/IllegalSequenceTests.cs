using System.Buffers.Binary;
using System.Text;
using Duramen.Broker.Tests.Connections;
using Duramen.Broker.Tests.Handlers;
using Duramen.Core.Random;
using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Kafka.Wire;
using Duramen.Testing.Kafka;

namespace Duramen.Broker.Tests.Hostile;

/// <summary>What is no protocol at all, and legal requests in an order that nobody would send them in.</summary>
public sealed class IllegalSequenceTests
{
    [Fact]
    public async Task Bytes_that_are_no_requests_close_their_connection_and_harm_nobody()
    {
        await using HostileBroker broker = await HostileBroker.StartAsync();
        foreach (int index in Attack.Cases(300))
        {
            Prng random = Prng.ForStream(3, "noise", index);
            byte[] noise = new byte[random.NextInt32(200_000)];
            random.NextBytes(noise);
            Assert.Equal(0, await Attack.SendAsync(broker, noise));
        }

        foreach (string opening in new[] { "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "SSH-2.0-x\r\n", "\0\0\0\0", "\xff\xff\xff\xff", "\x7f\xff\xff\xff" })
        {
            Assert.Equal(0, await Attack.SendAsync(broker, Encoding.Latin1.GetBytes(opening)));
        }

        await broker.AssertUnharmedAsync("noise");
    }

    [Fact]
    public async Task A_request_that_is_cut_at_any_byte_or_comes_byte_by_byte_is_answered_when_it_is_whole_only()
    {
        await using HostileBroker broker = await HostileBroker.StartAsync();
        (await broker.Broker.ConnectAsync("t")).Dispose();
        byte[] frame = FrameOf(TestBroker.Produce("t", 0, TestBroker.Batch("value")), version: 9);
        for (int length = 0; length < frame.Length; length++)
        {
            Assert.Equal(0, await Attack.SendAsync(broker, frame[..length]));
        }

        using (TestClient client = await broker.ConnectAsync())
        {
            foreach (byte one in frame)
            {
                await client.SendAsync([one]);
            }

            Assert.NotNull(await client.ReceiveAsync());
        }

        using (WireClient reader = await broker.Broker.ConnectAsync())
        {
            Assert.Equal(["value"], TestBroker.Values((await TestBroker.FetchAsync(reader, TestBroker.Fetch("t", 0))).Records));
        }

        await broker.AssertUnharmedAsync("cut requests");
    }

    [Fact]
    public async Task Hundreds_of_pipelined_requests_of_all_kinds_are_answered_in_order()
    {
        const int Requests = 600;
        await using HostileBroker broker = await HostileBroker.StartAsync();
        using (WireClient client = await broker.Broker.ConnectAsync("t"))
        {
            var sent = new List<int>();
            for (int request = 0; request < Requests; request++)
            {
                sent.Add(await ((request % 4) switch
                {
                    0 => client.SendAsync(TestBroker.Produce("t", 0, TestBroker.Batch($"{request}")), version: 9),
                    1 => client.SendAsync(TestBroker.Fetch("t", 0, maxBytes: 1000), version: 11),
                    2 => client.SendAsync(new MetadataRequest { Topics = null }, version: 9),
                    _ => client.SendAsync(new HeartbeatRequest { GroupId = "none", MemberId = "none" }, version: 3),
                }));
            }

            foreach (int correlation in sent)
            {
                byte[]? answer = await client.ReceiveAsync();
                Assert.NotNull(answer);
                Assert.Equal(correlation, BinaryPrimitives.ReadInt32BigEndian(answer));
            }
        }

        await broker.AssertUnharmedAsync("pipelined requests");
    }

    [Fact]
    public async Task A_request_sees_what_those_before_it_on_its_connection_did()
    {
        await using HostileBroker broker = await HostileBroker.StartAsync();
        using (WireClient client = await broker.Broker.ConnectAsync())
        {
            for (int round = 0; round < 20; round++)
            {
                string topic = $"t-{round}";
                await client.SendAsync(new CreateTopicsRequest { Topics = [new() { Name = topic, NumPartitions = 1, ReplicationFactor = 1 }] }, version: 7);
                await client.SendAsync(TestBroker.Produce(topic, 0, TestBroker.Batch("a", "b")), version: 9);
                await client.SendAsync(TestBroker.Fetch(topic, 0), version: 11);
                await client.SendAsync(new DeleteTopicsRequest { TopicNames = [topic] }, version: 5);
                await client.SendAsync(TestBroker.Produce(topic, 0, TestBroker.Batch("late")), version: 9);
                Assert.Equal(KafkaError.None, (await NextAsync<CreateTopicsResponse>(client, 7)).Topics[0].ErrorCode);
                Assert.Equal(KafkaError.None, (await NextAsync<ProduceResponse>(client, 9)).Topics[0].Partitions[0].ErrorCode);
                Assert.Equal(["a", "b"], TestBroker.Values((await NextAsync<FetchResponse>(client, 11)).Topics[0].Partitions[0].Records));
                Assert.Equal(KafkaError.None, (await NextAsync<DeleteTopicsResponse>(client, 5)).Topics[0].ErrorCode);
                Assert.Equal(KafkaError.UnknownTopicOrPartition, (await NextAsync<ProduceResponse>(client, 9)).Topics[0].Partitions[0].ErrorCode);
            }
        }

        await broker.AssertUnharmedAsync("requests that were sent ahead");

        static async Task<TResponse> NextAsync<TResponse>(WireClient client, short version)
            where TResponse : IKafkaResponse<TResponse> => KafkaFrames.ReadResponse<TResponse>((await client.ReceiveAsync())!, version, out _);
    }

    [Fact]
    public async Task Large_requests_that_arrive_slowly_leave_room_for_those_that_are_whole()
    {
        const int LargeBytes = 3 << 20;
        await using HostileBroker broker = await HostileBroker.StartAsync(options => options with { Connections = new ConnectionLimits { MaxBytesInFlight = 8 << 20 } });
        using (WireClient healthy = await broker.Broker.ConnectAsync("t"))
        {
            var slow = new List<TestClient>();
            byte[] beginning = new byte[600_000];
            BinaryPrimitives.WriteInt32BigEndian(beginning, LargeBytes);
            BinaryPrimitives.WriteInt16BigEndian(beginning.AsSpan(6), 9);
            for (int number = 0; number < 10; number++)
            {
                slow.Add(await broker.ConnectAsync());
                await slow[number].SendAsync(beginning);
            }

            await TestListener.WaitUntilAsync(() => broker.Broker.Broker.Connections.RequestBytesInFlight >= LargeBytes);
            for (int round = 0; round < 20; round++)
            {
                Assert.Equal(round, (await TestBroker.ProduceAsync(healthy, "t", TestBroker.Batch(new string('x', 200_000)))).BaseOffset);
                Assert.InRange(broker.Broker.Broker.Connections.RequestBytesInFlight, LargeBytes, 4 << 20);
            }

            slow.ForEach(client => client.Dispose());
        }

        await broker.AssertUnharmedAsync("slow requests");
    }

    [Fact]
    public async Task Requests_of_members_that_are_none_and_for_one_partition_twice_are_answered()
    {
        await using HostileBroker broker = await HostileBroker.StartAsync();
        using (WireClient client = await broker.Broker.ConnectAsync("t"))
        {
            Assert.Equal(KafkaError.UnknownMemberId, (await client.AskAsync(new SyncGroupRequest { GroupId = "g", MemberId = "nobody", GenerationId = 4 }, version: 3)).ErrorCode);
            Assert.Equal(KafkaError.UnknownMemberId, (await client.AskAsync(new HeartbeatRequest { GroupId = "g", MemberId = "nobody", GenerationId = -7 }, version: 3)).ErrorCode);
            Assert.Equal(
                KafkaError.UnknownMemberId,
                (await client.AskAsync(new LeaveGroupRequest { GroupId = "g", Members = [new() { MemberId = "nobody" }] }, version: 4)).Members[0].ErrorCode);
            ProduceRequest twice = TestBroker.Produce("t", 0, TestBroker.Batch("one"));
            twice.Topics[0].Partitions.Add(new() { Index = 0, Records = TestBroker.Batch("two") });
            twice.Topics.Add(new() { Name = "t", Partitions = [new() { Index = 0, Records = TestBroker.Batch("three") }, new() { Index = -1, Records = TestBroker.Batch("four") }] });
            ProduceResponse produced = await client.AskAsync(twice, version: 9);
            Assert.Equal(
                [KafkaError.None, KafkaError.None, KafkaError.None, KafkaError.UnknownTopicOrPartition],
                produced.Topics.SelectMany(topic => topic.Partitions).Select(partition => partition.ErrorCode));
            Assert.Equal(["one", "two", "three"], TestBroker.Values((await TestBroker.FetchAsync(client, TestBroker.Fetch("t", 0))).Records));
            foreach (long offset in new[] { -1, long.MinValue, long.MaxValue, 4 })
            {
                Assert.Equal(KafkaError.OffsetOutOfRange, (await TestBroker.FetchAsync(client, TestBroker.Fetch("t", offset, minBytes: int.MaxValue, maxWaitMs: int.MinValue))).ErrorCode);
            }
        }

        await broker.AssertUnharmedAsync("illegal sequences");
    }

    private static byte[] FrameOf<TRequest>(TRequest request, short version)
        where TRequest : IKafkaMessage<TRequest>
    {
        using var writer = new KafkaWriter();
        KafkaFrames.WriteRequest(writer, request, version, correlationId: 1, clientId: "hostile");
        return writer.ToArray();
    }
}
