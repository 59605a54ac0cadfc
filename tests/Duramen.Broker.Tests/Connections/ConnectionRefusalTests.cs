using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Duramen.Testing.Clocks;

namespace Duramen.Broker.Tests.Connections;

public sealed class ConnectionRefusalTests
{
    public static TheoryData<int> LengthsNoRequestHas => [int.MinValue, -1, 0, 1, 7, (100 << 20) + 1, 0x15030100, 0x16030100, int.MaxValue];

    [Theory]
    [MemberData(nameof(LengthsNoRequestHas))]
    public async Task A_length_that_no_request_has_closes_the_connection(int length)
    {
        await using TestListener listener = await TestListener.StartAsync();
        using TestClient client = await listener.ConnectAsync();
        byte[] head = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(head, length);
        await client.SendAsync(head);
        await client.AssertClosedAsync();
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    [InlineData("POST /x HTTP/1.1\r\n\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9.6\r\n")]
    [InlineData("\x16\x03\x01\x02\x00\x01\x00")]
    public async Task Another_protocol_is_refused_by_its_first_bytes(string opening)
    {
        await using TestListener listener = await TestListener.StartAsync();
        using TestClient client = await listener.ConnectAsync();
        await client.SendAsync(Encoding.Latin1.GetBytes(opening));
        await client.AssertClosedAsync();
        Assert.Equal(0, listener.Connections.RequestBytesInFlight);
    }

    [Fact]
    public async Task A_kind_of_request_that_is_not_served_is_refused_before_its_body_comes()
    {
        await using TestListener listener = await TestListener.StartAsync();
        using TestClient client = await listener.ConnectAsync();
        await client.SendAsync(TestClient.Request(99, 1, 50_000_000).AsSpan(0, 8).ToArray());
        await client.AssertClosedAsync();
    }

    [Fact]
    public async Task A_request_larger_than_its_kind_may_be_is_refused_before_its_body_comes()
    {
        await using TestListener listener = await TestListener.StartAsync();
        using TestClient client = await listener.ConnectAsync();
        await client.SendAsync(TestClient.Request(ScriptedServer.Echo, 1, ScriptedServer.MaxEchoBytes + 1).AsSpan(0, 8).ToArray());
        await client.AssertClosedAsync();
    }

    [Fact]
    public async Task What_came_before_a_request_that_cannot_be_served_is_answered()
    {
        await using TestListener listener = await TestListener.StartAsync();
        using TestClient client = await listener.ConnectAsync();
        await client.SendAsync(TestClient.Request(ScriptedServer.Echo, 1), TestClient.Request(ScriptedServer.Closing, 2));
        Assert.Equal(1, await client.ReceiveCorrelationAsync());
        await client.AssertClosedAsync();
    }

    [Fact]
    public async Task A_length_alone_reserves_no_memory()
    {
        await using TestListener listener = await TestListener.StartAsync();
        using TestClient client = await listener.ConnectAsync();
        using TestClient other = await listener.ConnectAsync();
        await client.SendAsync(TestClient.Request(ScriptedServer.Echo, 1, ScriptedServer.MaxEchoBytes).AsSpan(0, 100_000).ToArray());
        await other.SendAsync(TestClient.Request(ScriptedServer.Echo, 2));
        Assert.Equal(2, await other.ReceiveCorrelationAsync());
        Assert.Equal(0, listener.Connections.RequestBytesInFlight);
    }

    [Fact]
    public async Task A_request_that_does_not_arrive_whole_in_time_closes_the_connection()
    {
        var time = new FakeTime();
        await using TestListener listener = await TestListener.StartAsync(time: time);
        using TestClient client = await listener.ConnectAsync();
        await client.SendAsync(TestClient.Request(ScriptedServer.Echo, 1), TestClient.Request(ScriptedServer.Echo, 2).AsSpan(0, 9).ToArray());
        Assert.Equal(1, await client.ReceiveCorrelationAsync());
        Task closed = client.AssertClosedAsync();
        await time.AdvanceUntilAsync(closed, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_connection_without_requests_is_closed_in_the_end_but_not_one_that_waits_for_an_answer()
    {
        var time = new FakeTime();
        await using TestListener listener = await TestListener.StartAsync(time: time);
        using TestClient idle = await listener.ConnectAsync();
        using TestClient waiting = await listener.ConnectAsync();
        await waiting.SendAsync(TestClient.Request(ScriptedServer.Exclusive, 1));
        await listener.Script.WaitUntilStartedAsync(1);
        await time.AdvanceUntilAsync(idle.AssertClosedAsync(), TimeSpan.FromMinutes(1));
        listener.Script.Answer(1);
        Assert.Equal(1, await waiting.ReceiveCorrelationAsync());
    }

    [Fact]
    public async Task A_client_that_never_reads_is_closed_and_its_requests_are_let_go()
    {
        var time = new FakeTime();
        await using TestListener listener = await TestListener.StartAsync(time: time);
        using TestClient client = await listener.ConnectAsync();
        await client.SendAsync(TestClient.Request(ScriptedServer.Large, 1), TestClient.Request(ScriptedServer.Large, 2), TestClient.Request(ScriptedServer.Large, 3));
        await time.AdvanceUntilAsync(TestListener.WaitUntilAsync(() => listener.Connections.ConnectionCount == 0), TimeSpan.FromSeconds(10));
        Assert.Equal(0, listener.Connections.RequestBytesInFlight);
    }

    [Fact]
    public async Task Connections_beyond_the_limit_are_closed_and_a_place_that_becomes_free_is_given_again()
    {
        await using TestListener listener = await TestListener.StartAsync(new ConnectionLimits { MaxConnectionsPerAddress = 2 });
        using TestClient first = await listener.ConnectAsync();
        using TestClient second = await listener.ConnectAsync();
        await TestListener.WaitUntilAsync(() => listener.Connections.ConnectionCount == 2);
        try
        {
            using TestClient third = await listener.ConnectAsync();
            await third.AssertClosedAsync();
        }
        catch (SocketException closed) when (closed.SocketErrorCode == SocketError.ConnectionReset)
        {
            // Closed so soon that connecting had not returned yet.
        }

        first.Dispose();
        await TestListener.WaitUntilAsync(() => listener.Connections.ConnectionCount == 1);
        using TestClient fourth = await listener.ConnectAsync();
        await fourth.SendAsync(TestClient.Request(ScriptedServer.Echo, 4));
        Assert.Equal(4, await fourth.ReceiveCorrelationAsync());
    }

    [Fact]
    public async Task Connections_that_come_faster_than_allowed_wait_and_are_served()
    {
        var time = new FakeTime();
        await using TestListener listener = await TestListener.StartAsync(new ConnectionLimits { NewConnectionsPerSecond = 1, NewConnectionsBurst = 1 }, time);
        using TestClient first = await listener.ConnectAsync();
        await TestListener.WaitUntilAsync(() => listener.Connections.ConnectionCount == 1);
        int timers = time.Waiting;
        using TestClient second = await listener.ConnectAsync();
        await second.SendAsync(TestClient.Request(ScriptedServer.Echo, 2));
        await TestListener.WaitUntilAsync(() => time.Waiting == timers + 1);
        Task<int> answer = second.ReceiveCorrelationAsync();
        Assert.False(answer.IsCompleted);
        await time.AdvanceUntilAsync(answer, TimeSpan.FromSeconds(1));
        Assert.Equal(2, await answer);
    }

    [Fact]
    public async Task A_connection_that_ends_while_it_waits_gives_its_turn_to_those_behind_it()
    {
        var time = new FakeTime();
        await using TestListener listener = await TestListener.StartAsync(new ConnectionLimits { NewConnectionsPerSecond = 1, NewConnectionsBurst = 1 }, time);
        using TestClient first = await listener.ConnectAsync();
        await TestListener.WaitUntilAsync(() => listener.Connections.ConnectionCount == 1);
        int timers = time.Waiting;
        for (int round = 0; round < 100; round++)
        {
            using TestClient impatient = await listener.ConnectAsync();
            await TestListener.WaitUntilAsync(() => listener.Connections.ConnectionCount == 2);
            impatient.EndSending();
            await TestListener.WaitUntilAsync(() => listener.Connections.ConnectionCount == 1);
        }

        using TestClient patient = await listener.ConnectAsync();
        await patient.SendAsync(TestClient.Request(ScriptedServer.Echo, 2));
        await TestListener.WaitUntilAsync(() => time.Waiting == timers + 1);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, await patient.ReceiveCorrelationAsync());
    }
}
