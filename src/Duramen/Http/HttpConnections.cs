using Microsoft.AspNetCore.Connections;

namespace Duramen.Http;

/// <summary>Counts the connections of HTTP clients, and closes those beyond the limit at once: they share ports and memory with Kafka's clients, and must not starve them.</summary>
internal sealed class HttpConnections(ConnectionDelegate next)
{
    private int _count;

    /// <summary>Serves one connection until it ends.</summary>
    public async Task OnConnectedAsync(ConnectionContext connection)
    {
        try
        {
            if (Interlocked.Increment(ref _count) <= HttpLimits.MaxConnections)
            {
                await next(connection).ConfigureAwait(false);
            }
            else
            {
                connection.Abort(new ConnectionAbortedException("There are as many HTTP connections as there may be."));
            }
        }
        finally
        {
            Interlocked.Decrement(ref _count);
        }
    }
}
