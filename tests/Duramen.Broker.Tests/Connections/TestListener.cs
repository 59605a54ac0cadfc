using System.Net.Sockets;
using Duramen.Broker.Connections;
using Microsoft.Extensions.Logging.Abstractions;

namespace Duramen.Broker.Tests.Connections;

/// <summary>A listener on a free port of the loopback address, with scripted answers.</summary>
internal sealed class TestListener : IAsyncDisposable
{
    private readonly LoopbackServer _server;

    private TestListener(LoopbackServer server, ConnectionServer connections, ScriptedServer script)
    {
        _server = server;
        Connections = connections;
        Script = script;
    }

    public ConnectionServer Connections { get; }

    public ScriptedServer Script { get; }

    public static async Task<TestListener> StartAsync(ConnectionLimits? limits = null, TimeProvider? time = null)
    {
        var script = new ScriptedServer();
        var connections = new ConnectionServer(script, limits ?? new ConnectionLimits(), time ?? TimeProvider.System, NullLogger.Instance, new AnswerBudget(1 << 20));
        return new TestListener(await LoopbackServer.StartAsync(connections.OnConnectedAsync), connections, script);
    }

    public async Task<TestClient> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(_server.EndPoint);
        return new TestClient(socket);
    }

    /// <summary>Looks until something has become true; fails after a minute.</summary>
    public static async Task WaitUntilAsync(Func<bool> condition)
    {
        for (int looks = 0; !condition(); looks++)
        {
            Assert.True(looks < 6000, "It did not become true.");
            await Task.Delay(10);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Connections.Drain();
        return _server.StopAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Connections.Drain();
        await _server.DisposeAsync();
        Connections.Dispose();
    }
}
