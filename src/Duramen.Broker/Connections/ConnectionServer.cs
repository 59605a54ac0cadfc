using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Duramen.Broker.Connections;

/// <summary>
/// Serves every connection of a listener: admits it or closes it, runs it, and lets go of it. Knows nothing of what the requests mean.
/// </summary>
internal sealed partial class ConnectionServer(
    IRequestServer server, ConnectionLimits limits, TimeProvider time, ILogger logger, AnswerBudget answers, Action<string>? onEnded = null) : IDisposable
{
    private readonly RequestBudget _budget = new(limits.MaxBytesInFlight);
    private readonly ConnectionRegistry _registry = new(limits, time, answers);
    private readonly CancellationTokenSource _draining = new();

    public int ConnectionCount => _registry.Count;

    public long RequestBytesInFlight => _budget.All.UsedBytes;

    public int RequestsInFlight => _registry.RequestsInFlight;

    /// <summary>Serves one connection until it ends; what <c>ConnectionHandler</c> calls.</summary>
    public async Task OnConnectedAsync(ConnectionContext transport)
    {
        IPAddress address = (transport.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None;
        if (!_registry.TryEnter(address, out TimeSpan wait))
        {
            LogRefused(address, CloseReason.TooManyConnections);
            onEnded?.Invoke(nameof(CloseReason.TooManyConnections));
            transport.Abort(new ConnectionAbortedException(nameof(CloseReason.TooManyConnections)));
            return;
        }

        bool isServed = false;
        try
        {
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, time, transport.ConnectionClosed).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (transport.ConnectionClosed.IsCancellationRequested)
                {
                    onEnded?.Invoke(nameof(CloseReason.ClosedByClient));
                    return;
                }
            }

            isServed = true;
            using var connection = new ClientConnection(transport, server, limits, _budget, time, logger, _draining.Token);
            _registry.Add(connection);
            await connection.RunAsync().ConfigureAwait(false);
            _registry.Remove(connection);
            onEnded?.Invoke(connection.Reason.ToString());
        }
        finally
        {
            _registry.Leave(address, isServed);
        }
    }

    /// <summary>Takes no further request from any connection; those that were started are answered, and each connection ends with its last answer.</summary>
    public void Drain() => _draining.Cancel();

    public void Dispose()
    {
        _registry.Dispose();
        _draining.Dispose();
    }

    [LoggerMessage(3, LogLevel.Warning, "A connection from {Address} was refused: {Reason}.")]
    private partial void LogRefused(IPAddress address, CloseReason reason);
}
