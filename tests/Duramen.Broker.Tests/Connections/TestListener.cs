using System.Net;
using System.Net.Sockets;
using Duramen.Broker.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Duramen.Broker.Tests.Connections;

/// <summary>A listener on a free port of the loopback address, with scripted answers.</summary>
internal sealed class TestListener : IAsyncDisposable
{
    private readonly KestrelServer _kestrel;

    private TestListener(KestrelServer kestrel, ConnectionServer connections, ScriptedServer script, int port)
    {
        _kestrel = kestrel;
        Connections = connections;
        Script = script;
        Port = port;
    }

    public ConnectionServer Connections { get; }

    public ScriptedServer Script { get; }

    public int Port { get; }

    public static async Task<TestListener> StartAsync(ConnectionLimits? limits = null, TimeProvider? time = null)
    {
        var script = new ScriptedServer();
        var connections = new ConnectionServer(script, limits ?? new ConnectionLimits(), time ?? TimeProvider.System, NullLogger.Instance);
        var options = new KestrelServerOptions();
        ListenOptions? endpoint = null;
        options.Listen(IPAddress.Loopback, 0, listen =>
        {
            endpoint = listen;
            listen.Use(_ => connections.OnConnectedAsync);
        });
        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance);
        var kestrel = new KestrelServer(Options.Create(options), transport, NullLoggerFactory.Instance);
        await kestrel.StartAsync(new NoHttp(), CancellationToken.None);
        return new TestListener(kestrel, connections, script, endpoint!.IPEndPoint!.Port);
    }

    public async Task<TestClient> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, Port);
        return new TestClient(socket);
    }

    /// <summary>Looks until something has become true; fails after half a minute.</summary>
    public static async Task WaitUntilAsync(Func<bool> condition)
    {
        for (int looks = 0; !condition(); looks++)
        {
            Assert.True(looks < 3000, "It did not become true.");
            await Task.Delay(10);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Connections.Drain();
        return _kestrel.StopAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await StopAsync(now.Token);
        _kestrel.Dispose();
        Connections.Dispose();
    }

    private sealed class NoHttp : IHttpApplication<int>
    {
        public int CreateContext(IFeatureCollection contextFeatures) => 0;

        public void DisposeContext(int context, Exception? exception)
        {
        }

        public Task ProcessRequestAsync(int context) => Task.CompletedTask;
    }
}
