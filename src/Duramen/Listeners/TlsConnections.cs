using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Duramen.Listeners;

/// <summary>
/// Puts TLS 1.2 or 1.3 around connections. The certificate is asked for at every handshake. Kestrel's own TLS needs a container with services that only a web
/// host registers; what is needed of it is this.
/// </summary>
internal sealed partial class TlsConnections(Func<X509Certificate2> certificate, TimeProvider time, ILogger logger, ConnectionDelegate next)
{
    /// <summary>The bytes that are read at a time: two records of TLS.</summary>
    private const int ReadBufferBytes = 32 << 10;

    /// <summary>How long a client may take for its handshake.</summary>
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Serves one connection until it ends.</summary>
    public async Task OnConnectedAsync(ConnectionContext connection)
    {
        IDuplexPipe plain = connection.Transport;
        await using var tls = new SslStream(new TransportStream(plain));
        if (!await TryAuthenticateAsync(tls, connection).ConfigureAwait(false))
        {
            connection.Abort();
            return;
        }

        var secured = new Secured(
            PipeReader.Create(tls, new StreamPipeReaderOptions(bufferSize: ReadBufferBytes, leaveOpen: true)),
            PipeWriter.Create(tls, new StreamPipeWriterOptions(leaveOpen: true)));
        connection.Transport = secured;
        try
        {
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            await secured.Input.CompleteAsync().ConfigureAwait(false);
            await CompleteAsync(secured.Output).ConfigureAwait(false);
            connection.Transport = plain;
        }
    }

    private async ValueTask<bool> TryAuthenticateAsync(SslStream tls, ConnectionContext connection)
    {
        using var late = new CancellationTokenSource(HandshakeTimeout, time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(late.Token, connection.ConnectionClosed);
        try
        {
            var options = new SslServerAuthenticationOptions
            {
                ServerCertificate = certificate(),
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                AllowRenegotiation = false,
            };
            await tls.AuthenticateAsServerAsync(options, ended.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException or OperationCanceledException or ConnectionAbortedException or InvalidOperationException)
        {
            LogRefused(connection.ConnectionId, connection.RemoteEndPoint, exception.Message);
            return false;
        }
    }

    private static async ValueTask CompleteAsync(PipeWriter output)
    {
        try
        {
            await output.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException or ConnectionAbortedException)
        {
            // The client is gone, and with it the last bytes for it.
        }
    }

    [LoggerMessage(11, LogLevel.Debug, "Connection {Connection} from {Client} did not get through its TLS handshake: {Details}")]
    private partial void LogRefused(string connection, EndPoint? client, string details);

    private sealed class Secured(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
