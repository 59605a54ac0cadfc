using System.Net.Sockets;
using Duramen.Broker.Tests.Connections;
using Duramen.Broker.Tests.Handlers;
using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Testing.Kafka;

namespace Duramen.Broker.Tests.Hostile;

/// <summary>
/// A broker that is attacked, with what tells whether the attack got anywhere: its errors, what it still holds, and a healthy client that goes through
/// everything a client does.
/// </summary>
internal sealed class HostileBroker : IAsyncDisposable
{
    private int _rounds;

    private HostileBroker(TestBroker broker, ErrorLog log)
    {
        Broker = broker;
        Log = log;
    }

    public TestBroker Broker { get; }

    public ErrorLog Log { get; }

    public static async Task<HostileBroker> StartAsync(Func<BrokerOptions, BrokerOptions>? change = null)
    {
        var log = new ErrorLog();
        return new HostileBroker(await TestBroker.StartAsync(change, log), log);
    }

    public ValueTask DisposeAsync() => Broker.DisposeAsync();

    /// <summary>A connection on which anything can be sent.</summary>
    public async Task<TestClient> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(Broker.Server.EndPoint);
        return new TestClient(socket);
    }

    /// <summary>
    /// Asserts that nothing is left of what was done to the broker: no connection, no memory of requests, no error, and that clients are served.
    /// </summary>
    public async Task AssertUnharmedAsync(string after)
    {
        await TestListener.WaitUntilAsync(() => Broker.Broker.Connections.ConnectionCount == 0);
        Assert.Equal(0, Broker.Broker.Connections.RequestBytesInFlight);
        Log.AssertEmpty(after);
        await AssertServesAsync();
        await TestListener.WaitUntilAsync(() => Broker.Broker.Connections.ConnectionCount == 0);
    }

    /// <summary>A client makes a topic, produces, fetches, joins a group, commits, leaves, and deletes both.</summary>
    public async Task AssertServesAsync()
    {
        string name = $"healthy-{Interlocked.Increment(ref _rounds)}";
        using WireClient client = await Broker.ConnectAsync(name, partitions: 2);
        Assert.Equal(0, (await TestBroker.ProduceAsync(client, name, TestBroker.Batch("one", "two"), partition: 1)).BaseOffset);
        FetchResponse.Partition fetched = await TestBroker.FetchAsync(client, TestBroker.Fetch(name, 0, partition: 1));
        Assert.Equal(["one", "two"], TestBroker.Values(fetched.Records));
        Assert.Equal(KafkaError.None, (await client.AskAsync(new FindCoordinatorRequest { Keys = [name] }, version: 4)).Coordinators[0].ErrorCode);
        var join = new JoinGroupRequest
        {
            GroupId = name,
            SessionTimeoutMs = 10_000,
            RebalanceTimeoutMs = 10_000,
            ProtocolType = "consumer",
            Protocols = [new() { Name = "range", Metadata = new byte[] { 0, 0 } }],
        };
        join.MemberId = (await client.AskAsync(join, version: 5)).MemberId;
        JoinGroupResponse joined = await client.AskAsync(join, version: 5);
        Assert.Equal((KafkaError.None, joined.MemberId), (joined.ErrorCode, joined.Leader));
        SyncGroupResponse synced = await client.AskAsync(
            new SyncGroupRequest
            {
                GroupId = name,
                MemberId = joined.MemberId,
                GenerationId = joined.GenerationId,
                Assignments = [new() { MemberId = joined.MemberId, Assignment = new byte[] { 7 } }],
            },
            version: 3);
        Assert.Equal([7], synced.Assignment.ToArray());
        OffsetCommitResponse committed = await client.AskAsync(
            new OffsetCommitRequest
            {
                GroupId = name,
                MemberId = joined.MemberId,
                GenerationId = joined.GenerationId,
                Topics = [new() { Name = name, Partitions = [new() { Index = 1, CommittedOffset = 2 }] }],
            },
            version: 7);
        Assert.Equal(KafkaError.None, committed.Topics[0].Partitions[0].ErrorCode);
        OffsetFetchResponse offsets = await client.AskAsync(new OffsetFetchRequest { GroupId = name }, version: 7);
        Assert.Equal(2, offsets.Topics.Single().Partitions.Single().CommittedOffset);
        LeaveGroupResponse left = await client.AskAsync(new LeaveGroupRequest { GroupId = name, Members = [new() { MemberId = joined.MemberId }] }, version: 4);
        Assert.Equal(KafkaError.None, left.ErrorCode);
        Assert.Equal(KafkaError.None, (await client.AskAsync(new DeleteGroupsRequest { GroupIds = [name] }, version: 2)).Results[0].ErrorCode);
        Assert.Equal(KafkaError.None, (await client.AskAsync(new DeleteTopicsRequest { TopicNames = [name] }, version: 5)).Topics[0].ErrorCode);
    }
}
