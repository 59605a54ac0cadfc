using System.Net;
using System.Net.Sockets;
using System.Text;
using Duramen.Client.Connections;
using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Testing.Clocks;

namespace Duramen.Client.Tests.Connections;

public sealed class BrokerConnectionTests
{
    private static readonly TimeSpan HangGuard = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Answers_go_to_the_requests_they_are_for_however_many_are_under_way()
    {
        await using var broker = new ScriptedBroker
        {
            Answer = (header, frame) => Task.FromResult<IKafkaMessage?>(
                new HeartbeatResponse { ErrorCode = (KafkaError)ScriptedBroker.Read<HeartbeatRequest>(header, frame).GenerationId }),
        };
        await using BrokerConnection connection = await ConnectAsync(broker.Address);

        Task<HeartbeatResponse>[] all = [.. Enumerable.Range(0, 50).Select(index => connection.SendAsync(new HeartbeatRequest { GenerationId = index }))];

        Assert.Equal(Enumerable.Range(0, 50), (await Task.WhenAll(all).WaitAsync(HangGuard)).Select(answer => (int)answer.ErrorCode));
        Assert.Equal(1, broker.Connections);
    }

    [Fact]
    public async Task A_connection_that_ends_fails_everything_that_waits_and_everything_after()
    {
        await using var broker = new ScriptedBroker();
        await using BrokerConnection connection = await ConnectAsync(broker.Address);

        Task<HeartbeatResponse>[] all = [.. Enumerable.Range(0, 5).Select(_ => TrySendAsync(connection))];

        foreach (Task<HeartbeatResponse> one in all)
        {
            ClientException lost = await Assert.ThrowsAsync<ClientException>(() => one.WaitAsync(HangGuard));
            Assert.Equal(ClientErrors.ConnectionLost, lost.Code);
            Assert.Contains(broker.Address, lost.Message, StringComparison.Ordinal);
            Assert.True(lost.IsRetriable);
        }

        Assert.True(connection.IsBroken);
        await Assert.ThrowsAsync<ClientException>(() => TrySendAsync(connection));
    }

    [Fact]
    public async Task A_broker_that_does_not_answer_in_time_loses_the_connection()
    {
        var never = new TaskCompletionSource<IKafkaMessage?>();
        await using var broker = new ScriptedBroker { Answer = (_, _) => never.Task };
        var time = new FakeTime();
        var options = new ClientOptions { Time = time };
        await using BrokerConnection connection = await ConnectAsync(broker.Address, options);

        Task<HeartbeatResponse> sent = connection.SendAsync(new HeartbeatRequest());
        time.Advance(TimeSpan.FromMilliseconds(options.RequestTimeoutMs - 1));
        Assert.False(sent.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));
        ClientException late = await Assert.ThrowsAsync<ClientException>(() => sent.WaitAsync(HangGuard));

        Assert.Equal(ClientErrors.TimedOut, late.Code);
        Assert.True(connection.IsBroken);
        never.SetResult(null);
    }

    [Fact]
    public async Task A_broker_that_knows_only_the_oldest_handshake_is_asked_again_in_that_version()
    {
        await using var broker = new ScriptedBroker
        {
            HandshakeVersion = 0,
            Answer = (_, _) => Task.FromResult<IKafkaMessage?>(new HeartbeatResponse()),
        };
        await using BrokerConnection connection = await ConnectAsync(broker.Address);

        Assert.Equal(KafkaError.None, (await connection.SendAsync(new HeartbeatRequest()).WaitAsync(HangGuard)).ErrorCode);
        Assert.Equal([ApiKey.ApiVersions, ApiKey.ApiVersions, ApiKey.Heartbeat], broker.Asked);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n")]
    [InlineData("\0\0\0\u0001\0")]
    [InlineData("\u007F\u007F\u007F\u007F")]
    [InlineData("\0\0\0\u0004\0\0\0\u0009")]
    [InlineData("\0\0\0\u0008\0\0\0\u0001\u0001\u0001\u0001\u0001")]
    public async Task What_is_no_answer_of_a_broker_is_told_as_such(string answer)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task serving = Task.Run(async () =>
        {
            using Socket socket = await listener.AcceptSocketAsync();
            await socket.ReceiveAsync(new byte[1_000]);
            await socket.SendAsync(Encoding.Latin1.GetBytes(answer));
            await socket.ReceiveAsync(new byte[1_000]);
        });

        ClientException bad = await Assert.ThrowsAsync<ClientException>(
            () => ConnectAsync($"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}").WaitAsync(HangGuard));

        Assert.Equal(ClientErrors.BadResponse, bad.Code);
        await serving.WaitAsync(HangGuard);
    }

    [Fact]
    public async Task An_address_where_nobody_listens_is_an_error_that_names_it()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();

        await using var client = new KafkaClient(new ClientOptions { BootstrapServers = $"127.0.0.1:{port}", UnreachableTimeoutMs = 0 });
        ClientException error = await Assert.ThrowsAsync<ClientException>(() => client.RefreshAsync([]).WaitAsync(HangGuard));

        Assert.Equal(ClientErrors.Unreachable, error.Code);
        Assert.Contains($"127.0.0.1:{port}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a:1", "a:1")]
    [InlineData("a:1,b:65535 , [::1]:9092", "a:1 b:65535 [::1]:9092")]
    public void Addresses_are_read_as_they_are_written(string text, string expected) =>
        Assert.Equal(expected, string.Join(' ', BrokerAddress.ParseList(text)));

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData(":1")]
    [InlineData("a:0")]
    [InlineData("a:65536")]
    [InlineData("a:-1")]
    [InlineData("::1:9092")]
    [InlineData("a:1,b")]
    public void What_is_no_address_is_refused(string text) =>
        Assert.Equal(ClientErrors.InvalidOption, Assert.Throws<ClientException>(() => BrokerAddress.ParseList(text)).Code);

    private static Task<BrokerConnection> ConnectAsync(string address, ClientOptions? options = null) =>
        BrokerConnection.ConnectAsync(BrokerAddress.ParseList(address)[0], options ?? new ClientOptions(), CancellationToken.None);

    private static async Task<HeartbeatResponse> TrySendAsync(BrokerConnection connection) => await connection.SendAsync(new HeartbeatRequest());
}
