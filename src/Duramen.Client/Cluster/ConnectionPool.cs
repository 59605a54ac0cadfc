using Duramen.Client.Connections;

namespace Duramen.Client.Cluster;

/// <summary>The connections of a client: at most one for each broker and lane, made when first needed, and made again after they broke.</summary>
internal sealed class ConnectionPool(ClientOptions options) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(BrokerAddress Address, ConnectionLane Lane), Task<BrokerConnection>> _connections = [];
    private readonly CancellationTokenSource _closing = new();
    private bool _isClosed;

    /// <summary>The connection when there is one that works; never waits.</summary>
    public BrokerConnection? Find(BrokerAddress address, ConnectionLane lane)
    {
        lock (_lock)
        {
            return _connections.TryGetValue((address, lane), out Task<BrokerConnection>? known) && known.IsCompletedSuccessfully && !known.Result.IsBroken
                ? known.Result
                : null;
        }
    }

    /// <summary>The connection, made when there is none that works.</summary>
    public async Task<BrokerConnection> GetAsync(BrokerAddress address, ConnectionLane lane, CancellationToken cancellationToken)
    {
        Task<BrokerConnection>? connecting;
        lock (_lock)
        {
            if (_isClosed)
            {
                throw ClientException.Closed("client");
            }

            if (!_connections.TryGetValue((address, lane), out connecting)
                || connecting.IsFaulted
                || connecting.IsCanceled
                || (connecting.IsCompletedSuccessfully && connecting.Result.IsBroken))
            {
                // Not the caller's token: others may wait for the same connection.
                connecting = BrokerConnection.ConnectAsync(address, options, _closing.Token);
                _connections[(address, lane)] = connecting;
            }
        }

        return await connecting.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends the connections of a lane.</summary>
    public async ValueTask CloseAsync(ConnectionLane lane)
    {
        List<Task<BrokerConnection>> ended = [];
        lock (_lock)
        {
            foreach ((BrokerAddress Address, ConnectionLane Lane) key in _connections.Keys.Where(key => key.Lane == lane).ToList())
            {
                _connections.Remove(key, out Task<BrokerConnection>? connecting);
                ended.Add(connecting!);
            }
        }

        await EndAsync(ended).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        List<Task<BrokerConnection>> all;
        lock (_lock)
        {
            if (_isClosed)
            {
                return;
            }

            _isClosed = true;
            all = [.. _connections.Values];
        }

        await _closing.CancelAsync().ConfigureAwait(false);
        await EndAsync(all).ConfigureAwait(false);
        _closing.Dispose();
    }

    private static async ValueTask EndAsync(List<Task<BrokerConnection>> connections)
    {
        foreach (Task<BrokerConnection> connecting in connections)
        {
            await ((Task)connecting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (connecting.IsCompletedSuccessfully)
            {
                await connecting.Result.DisposeAsync().ConfigureAwait(false);
            }
        }
    }
}
