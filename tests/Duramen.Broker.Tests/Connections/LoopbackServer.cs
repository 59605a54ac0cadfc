using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Duramen.Broker.Tests.Connections;

/// <summary>Listens on a free port of the loopback address and hands connections on.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly KestrelServer _kestrel;

    private LoopbackServer(KestrelServer kestrel, IPEndPoint endPoint)
    {
        _kestrel = kestrel;
        EndPoint = endPoint;
    }

    public IPEndPoint EndPoint { get; }

    public static async Task<LoopbackServer> StartAsync(Func<ConnectionContext, Task> onConnected)
    {
        var options = new KestrelServerOptions();
        ListenOptions? endpoint = null;
        options.Listen(IPAddress.Loopback, 0, listen =>
        {
            endpoint = listen;
            listen.Use(_ => context => onConnected(context));
        });
        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance);
        var kestrel = new KestrelServer(Options.Create(options), transport, NullLoggerFactory.Instance);
        await kestrel.StartAsync(new NoHttp(), CancellationToken.None);
        return new LoopbackServer(kestrel, endpoint!.IPEndPoint!);
    }

    public Task StopAsync(CancellationToken cancellationToken) => _kestrel.StopAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await StopAsync(now.Token);
        _kestrel.Dispose();
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
