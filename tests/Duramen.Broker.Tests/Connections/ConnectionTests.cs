namespace Duramen.Broker.Tests.Connections;

public sealed class ConnectionTests
{
    [Fact]
    public async Task Requests_are_answered_in_the_order_they_came()
    {
        await using TestListener listener = await TestListener.StartAsync();
        using TestClient client = await listener.ConnectAsync();
        await client.SendAsync(
            TestClient.Request(ScriptedServer.Overlapping, 1), TestClient.Request(ScriptedServer.Overlapping, 2), TestClient.Request(ScriptedServer.Overlapping, 3));
        await listener.Script.WaitUntilStartedAsync(1, 2, 3);
        listener.Script.Answer(3);
        listener.Script.Answer(2);
        listener.Script.Answer(1);
        Assert.Equal(1, await client.ReceiveCorrelationAsync());
        Assert.Equal(2, await client.ReceiveCorrelationAsync());
        Assert.Equal(3, await client.ReceiveCorrelationAsync());
    }

    [Fact]
    public async Task A_request_that_may_not_overlap_starts_when_all_before_it_are_answered_and_holds_up_those_behind_it()
    {
        await using TestListener listener = await TestListener.StartAsync();
        using TestClient client = await listener.ConnectAsync();
        await client.SendAsync(
            TestClient.Request(ScriptedServer.Overlapping, 1), TestClient.Request(ScriptedServer.Exclusive, 2), TestClient.Request(ScriptedServer.Overlapping, 3));
        await listener.Script.WaitUntilStartedAsync(1);
        listener.Script.Answer(1);
        Assert.Equal(1, await client.ReceiveCorrelationAsync());
        await listener.Script.WaitUntilStartedAsync(2);
        listener.Script.Answer(2);
        Assert.Equal(2, await client.ReceiveCorrelationAsync());
        await listener.Script.WaitUntilStartedAsync(3);
        listener.Script.Answer(3);
        Assert.Equal(3, await client.ReceiveCorrelationAsync());
    }

    [Fact]
    public async Task No_more_requests_are_started_than_may_be_under_way()
    {
        await using TestListener listener = await TestListener.StartAsync(new ConnectionLimits { MaxPipelinedRequests = 2 });
        using TestClient client = await listener.ConnectAsync();
        await client.SendAsync([.. Enumerable.Range(1, 5).Select(id => TestClient.Request(ScriptedServer.Overlapping, id))]);
        await listener.Script.WaitUntilStartedAsync(1, 2);
        listener.Script.Answer(1);
        Assert.Equal(1, await client.ReceiveCorrelationAsync());
        await listener.Script.WaitUntilStartedAsync(2, 3);
        listener.Script.Answer(2);
        listener.Script.Answer(3);
        await listener.Script.WaitUntilStartedAsync(4, 5);
        listener.Script.Answer(4);
        listener.Script.Answer(5);
    }

    [Fact]
    public async Task A_request_waits_until_those_before_it_left_room_for_its_bytes()
    {
        await using TestListener listener = await TestListener.StartAsync(new ConnectionLimits { MaxConnectionBytesInFlight = 10_000 });
        using TestClient client = await listener.ConnectAsync();
        await client.SendAsync(
            TestClient.Request(ScriptedServer.Overlapping, 1, 20_000), TestClient.Request(ScriptedServer.Overlapping, 2, 6_000), TestClient.Request(ScriptedServer.Overlapping, 3, 6_000));
        await listener.Script.WaitUntilStartedAsync(1);
        listener.Script.Answer(1);
        await listener.Script.WaitUntilStartedAsync(2, 3);
        listener.Script.Answer(2);
        listener.Script.Answer(3);
        Assert.Equal(1, await client.ReceiveCorrelationAsync());
    }

    [Fact]
    public async Task A_request_without_a_response_is_followed_by_the_next_response()
    {
        await using TestListener listener = await TestListener.StartAsync();
        using TestClient client = await listener.ConnectAsync();
        await client.SendAsync(TestClient.Request(ScriptedServer.Silent, 1), TestClient.Request(ScriptedServer.Echo, 2));
        Assert.Equal(2, await client.ReceiveCorrelationAsync());
    }

    [Fact]
    public async Task Requests_that_came_before_the_client_closed_are_run()
    {
        await using TestListener listener = await TestListener.StartAsync();
        using (TestClient client = await listener.ConnectAsync())
        {
            await client.SendAsync(TestClient.Request(ScriptedServer.Exclusive, 1), TestClient.Request(ScriptedServer.Overlapping, 2));
            await listener.Script.WaitUntilStartedAsync(1);
        }

        await TestListener.WaitUntilAsync(() => listener.Script.LastGone.IsCancellationRequested);
        listener.Script.Answer(1);
        await listener.Script.WaitUntilStartedAsync(2);
        listener.Script.Answer(2);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(4096)]
    [InlineData((512 << 10) - 4)]
    [InlineData(512 << 10)]
    [InlineData((1 << 20) + 1)]
    [InlineData(9 << 20)]
    public async Task Every_byte_of_a_request_of_any_size_arrives(int sizeBytes)
    {
        await using TestListener listener = await TestListener.StartAsync();
        using TestClient client = await listener.ConnectAsync();
        byte[] request = TestClient.Request(ScriptedServer.Echo, 77, sizeBytes);
        Task sending = client.SendAsync(request, request);
        Assert.Equal(request[4..], await client.ReceiveAsync());
        Assert.Equal(request[4..], await client.ReceiveAsync());
        await sending;
        await TestListener.WaitUntilAsync(() => listener.Connections.RequestBytesInFlight == 0);
    }

    [Fact]
    public async Task A_request_may_come_in_single_bytes()
    {
        await using TestListener listener = await TestListener.StartAsync();
        using TestClient client = await listener.ConnectAsync();
        byte[] request = TestClient.Request(ScriptedServer.Echo, 5, 40);
        await client.SendAsync([.. request.Select(single => new[] { single })]);
        Assert.Equal(request[4..], await client.ReceiveAsync());
    }

    [Fact]
    public async Task What_was_started_is_answered_when_the_client_ends_its_side()
    {
        await using TestListener listener = await TestListener.StartAsync();
        using TestClient client = await listener.ConnectAsync();
        await client.SendAsync(TestClient.Request(ScriptedServer.Echo, 1), TestClient.Request(ScriptedServer.Echo, 2));
        Assert.Equal(1, await client.ReceiveCorrelationAsync());
        Assert.Equal(2, await client.ReceiveCorrelationAsync());
        client.EndSending();
        await client.AssertClosedAsync();
    }

    [Fact]
    public async Task A_client_that_leaves_cancels_what_waits_for_it()
    {
        await using TestListener listener = await TestListener.StartAsync();
        using TestClient client = await listener.ConnectAsync();
        await client.SendAsync(TestClient.Request(ScriptedServer.Exclusive, 1));
        await listener.Script.WaitUntilStartedAsync(1);
        var gone = new TaskCompletionSource();
        using CancellationTokenRegistration registration = listener.Script.LastGone.Register(gone.SetResult);
        client.Dispose();
        await gone.Task.WaitAsync(TimeSpan.FromSeconds(60));
        listener.Script.Answer(1);
        await TestListener.WaitUntilAsync(() => listener.Connections.ConnectionCount == 0);
    }

    [Fact]
    public async Task A_handler_that_fails_closes_its_connection_and_no_other()
    {
        await using TestListener listener = await TestListener.StartAsync();
        using TestClient client = await listener.ConnectAsync();
        using TestClient other = await listener.ConnectAsync();
        await client.SendAsync(TestClient.Request(ScriptedServer.Echo, 1), TestClient.Request(ScriptedServer.Failing, 2));
        Assert.Equal(1, await client.ReceiveCorrelationAsync());
        await client.AssertClosedAsync();
        await other.SendAsync(TestClient.Request(ScriptedServer.Echo, 9));
        Assert.Equal(9, await other.ReceiveCorrelationAsync());
    }

    [Fact]
    public async Task A_drained_connection_answers_what_was_started_and_takes_no_more()
    {
        await using TestListener listener = await TestListener.StartAsync();
        using TestClient client = await listener.ConnectAsync();
        using TestClient idle = await listener.ConnectAsync();
        await client.SendAsync(TestClient.Request(ScriptedServer.Overlapping, 1));
        await listener.Script.WaitUntilStartedAsync(1);
        Task stopping = listener.StopAsync(CancellationToken.None);
        await idle.AssertClosedAsync();
        await client.SendAsync(TestClient.Request(ScriptedServer.Echo, 2));
        listener.Script.Answer(1);
        Assert.Equal(1, await client.ReceiveCorrelationAsync());
        await client.AssertClosedAsync();
        await stopping;
        Assert.Equal(0, listener.Connections.ConnectionCount);
    }
}
