using System.Net;
using System.Net.Sockets;
using Duramen.Broker;
using Duramen.Core.Errors;
using Duramen.Http;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Duramen.Listeners;

/// <summary>The ports of a node: one server that listens for Kafka clients and, where wanted, for HTTP. It has no host and no container around it.</summary>
internal sealed class NodeListeners
{
    /// <summary>Connections that the kernel holds until they are accepted: what comes at once when all clients of a cluster restart.</summary>
    private const int Backlog = 4096;

    /// <summary>
    /// What a connection may read ahead of its requests, in bytes; more than what a request is copied in one piece for.
    /// </summary>
    private const int MaxReadBufferBytes = 1 << 20;

    /// <summary>What a connection may hold of responses that its client has not taken, in bytes.</summary>
    private const int MaxWriteBufferBytes = 1 << 20;

    private readonly KestrelServer _server;
    private readonly ListenOptions _kafka;
    private readonly ListenOptions? _http;

    private NodeListeners(KestrelServer server, ListenOptions kafka, ListenOptions? http)
    {
        _server = server;
        _kafka = kafka;
        _http = http;
    }

    public IPEndPoint Kafka => _kafka.IPEndPoint!;

    public IPEndPoint? Http => _http?.IPEndPoint;

    /// <exception cref="DuramenException"><see cref="NodeErrors.AddressUnavailable"/>.</exception>
    public static async Task<NodeListeners> StartAsync(
        DuramenNodeOptions options, KafkaBroker broker, HttpEndpoints endpoints, CancellationToken cancellationToken)
    {
        var kestrel = new KestrelServerOptions { AddServerHeader = false };
        Limit(kestrel.Limits);

        // The broker counts connections once they are through their handshake; until then this bounds them.
        kestrel.Limits.MaxConcurrentConnections = options.Connections.MaxConnections + HttpLimits.MaxConnections;
        ListenOptions? kafka = null;
        ListenOptions? http = null;
        kestrel.Listen(options.Kafka, listen =>
        {
            kafka = listen;
            ConnectionDelegate serve = broker.OnConnectedAsync;
            if (options.Certificate is { } certificate)
            {
                serve = new TlsConnections(certificate, options.Time, options.Loggers.CreateLogger("Duramen.Tls"), serve).OnConnectedAsync;
            }

            listen.Use(_ => serve);
        });
        if (options.Http is { } address)
        {
            kestrel.Listen(address, listen =>
            {
                http = listen;
                listen.Protocols = HttpProtocols.Http1;
                listen.Use(next => new HttpConnections(next).OnConnectedAsync);
            });
        }

        IConnectionListenerFactory transport = SocketTransport.Create(options.Loggers, new BlockPool(), sockets =>
        {
            sockets.Backlog = Backlog;
            sockets.MaxReadBufferSize = MaxReadBufferBytes;
            sockets.MaxWriteBufferSize = MaxWriteBufferBytes;
        });
        var server = new KestrelServer(Options.Create(kestrel), transport, options.Loggers);
        try
        {
            await server.StartAsync(endpoints, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            server.Dispose();
            throw Unavailable(options, exception);
        }

        return new NodeListeners(server, kafka!, http);
    }

    private static DuramenException Unavailable(DuramenNodeOptions options, Exception exception)
    {
        string kafka = $"{options.Kafka} for Kafka clients";
        string http = $"{options.Http} for HTTP";

        // The web server says only in its message which address it was, and not always; it calls every address one of HTTP.
        string address = options.Http is null || exception.Message.Contains($"//{options.Kafka}:", StringComparison.Ordinal) ? kafka
            : exception.Message.Contains($"//{options.Http}:", StringComparison.Ordinal) ? http
            : $"{kafka}, or {http}";
        SocketError? error = null;
        for (Exception? cause = exception; cause is not null && error is null; cause = cause.InnerException)
        {
            error = (cause as SocketException)?.SocketErrorCode;
        }

        (string why, string remedy) = error switch
        {
            SocketError.AddressAlreadyInUse => ("another program has the port", "Stop that program, or choose another port; port 0 takes a free one."),
            SocketError.AddressNotAvailable => ("this machine has no such address", "Name one that it has, or all of them."),
            SocketError.AccessDenied => ("the system does not allow it", "Choose a port above 1023, or allow this program the one that you want."),
            _ => (exception.Message.TrimEnd('.'), "Look at the address, or choose another; port 0 takes a free one."),
        };
        return new DuramenException(NodeErrors.AddressUnavailable, $"Cannot listen on {address}: {why}.", remedy, exception);
    }

    // What holds for HTTP alone: Kafka's connections do not come to where these are looked at.
    private static void Limit(KestrelServerLimits limits)
    {
        limits.MaxRequestLineSize = HttpLimits.MaxRequestLineBytes;
        limits.MaxRequestBodySize = HttpLimits.MaxBodyBytes;
        limits.KeepAliveTimeout = HttpLimits.IdleTimeout;
        limits.RequestHeadersTimeout = HttpLimits.HeadTimeout;
    }

    /// <summary>Stops listening, and waits for the connections to end; after a while they are cut off.</summary>
    public async ValueTask StopAsync(TimeSpan patience, TimeProvider time)
    {
        using var enough = new CancellationTokenSource(patience, time);
        await _server.StopAsync(enough.Token).ConfigureAwait(false);
        _server.Dispose();
    }
}
