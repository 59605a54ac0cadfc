using Duramen.Broker.Tests.Connections;
using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Testing.Kafka;

namespace Duramen.Broker.Tests.Hostile;

/// <summary>Calls that wait for others: what they hold meanwhile, and what becomes of them when whoever made them goes.</summary>
public sealed class ParkedCallTests
{
    [Fact]
    public async Task A_client_that_goes_while_its_join_is_parked_leaves_nothing_of_its_connection_behind()
    {
        await using HostileBroker broker = await HostileBroker.StartAsync();
        using (WireClient member = await broker.Broker.ConnectAsync("t"))
        {
            await JoinAsync(member, "g");
            using WireClient second = await broker.Broker.ConnectAsync();
            await second.SendAsync(Join("g", metadataBytes: 1 << 20), version: 3);
            await TestListener.WaitUntilAsync(() => broker.Broker.Broker.Connections.ConnectionCount == 2);
        }

        await broker.AssertUnharmedAsync("a join whose client is gone");
    }

    [Fact]
    public async Task A_parked_join_does_not_hold_the_memory_of_its_request()
    {
        await using HostileBroker broker = await HostileBroker.StartAsync();
        using WireClient member = await broker.Broker.ConnectAsync("t");
        JoinGroupResponse first = await JoinAsync(member, "g");
        using WireClient second = await broker.Broker.ConnectAsync();
        await second.SendAsync(Join("g", metadataBytes: 1 << 20), version: 3);
        await TestListener.WaitUntilAsync(() => IsRebalancing(member, first).GetAwaiter().GetResult());
        Assert.Equal(0, broker.Broker.Broker.Connections.RequestBytesInFlight);

        // What the group keeps of the second member is its own: other requests have been in that memory since.
        for (int round = 0; round < 20; round++)
        {
            await member.AskAsync(new DescribeGroupsRequest { Groups = [new string('x', 30_000)] }, version: 0);
        }

        JoinGroupRequest again = Join("g", 8);
        again.MemberId = first.MemberId;
        JoinGroupResponse joined = await member.AskAsync(again, version: 3);
        JoinGroupResponse.Member parked = Assert.Single(joined.Members, other => other.MemberId != first.MemberId);
        Assert.True(parked.Metadata.Length == 1 << 20 && parked.Metadata.Span.IndexOfAnyExcept((byte)5) < 0);
    }

    [Fact]
    public async Task A_broker_that_stops_answers_parked_calls_instead_of_waiting_for_others()
    {
        await using HostileBroker broker = await HostileBroker.StartAsync();
        using WireClient member = await broker.Broker.ConnectAsync("t");
        JoinGroupResponse first = await JoinAsync(member, "g");
        using WireClient second = await broker.Broker.ConnectAsync();
        Task<JoinGroupResponse> parked = second.AskAsync(Join("g", 8), version: 3);
        await TestListener.WaitUntilAsync(() => IsRebalancing(member, first).GetAwaiter().GetResult());
        await broker.Broker.Broker.DrainAsync();
        Assert.Equal(KafkaError.CoordinatorNotAvailable, (await parked).ErrorCode);
    }

    private static async Task<bool> IsRebalancing(WireClient client, JoinGroupResponse member) =>
        (await client.AskAsync(new HeartbeatRequest { GroupId = "g", MemberId = member.MemberId, GenerationId = member.GenerationId }, version: 3)).ErrorCode == KafkaError.RebalanceInProgress;

    private static async Task<JoinGroupResponse> JoinAsync(WireClient client, string group)
    {
        JoinGroupResponse joined = await client.AskAsync(Join(group, 8), version: 3);
        Assert.Equal(KafkaError.None, joined.ErrorCode);
        return joined;
    }

    private static JoinGroupRequest Join(string group, int metadataBytes)
    {
        byte[] metadata = new byte[metadataBytes];
        metadata.AsSpan().Fill(5);
        return new()
        {
            GroupId = group,
            SessionTimeoutMs = 1_800_000,
            RebalanceTimeoutMs = int.MaxValue,
            ProtocolType = "consumer",
            Protocols = [new() { Name = "range", Metadata = metadata }],
        };
    }
}
