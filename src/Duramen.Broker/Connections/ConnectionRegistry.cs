using System.Collections.Concurrent;
using System.Net;

namespace Duramen.Broker.Connections;

/// <summary>The connections there are, how many each address has, and who of them waits too long. Safe to call from any thread.</summary>
internal sealed class ConnectionRegistry : IDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly ConnectionLimits _limits;
    private readonly TimeProvider _time;
    private readonly AnswerBudget _answers;
    private readonly ITimer _timer;
    private readonly ConcurrentDictionary<ClientConnection, bool> _connections = [];
    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, Address> _addresses = [];
    private int _count;

    public ConnectionRegistry(ConnectionLimits limits, TimeProvider time, AnswerBudget answers)
    {
        _limits = limits;
        _time = time;
        _answers = answers;
        _timer = time.CreateTimer(static state => ((ConnectionRegistry)state!).Look(), this, LookEvery, LookEvery);
    }

    public int Count => Volatile.Read(ref _count);

    /// <summary>Requests of all connections that were started and are not answered.</summary>
    public int RequestsInFlight => _connections.Keys.Sum(connection => connection.RequestsInFlight);

    private long ShareTicks => _time.TimestampFrequency / _limits.NewConnectionsPerSecond;

    /// <summary>Whether a new connection may be served; if so it has its place until <see cref="Leave"/>.</summary>
    /// <param name="address">Where it comes from.</param>
    /// <param name="wait">How long it is to wait first, because many came at once.</param>
    public bool TryEnter(IPAddress address, out TimeSpan wait)
    {
        wait = TimeSpan.Zero;
        lock (_gate)
        {
            Address known = _addresses.GetValueOrDefault(address, new Address(0, long.MinValue));
            if (_count >= _limits.MaxConnections || known.Connections >= _limits.MaxConnectionsPerAddress)
            {
                return false;
            }

            // A leaky bucket: each connection moves the address's time on by its share of a second, and may be a burst ahead of the clock.
            long now = _time.GetTimestamp();
            long next = Math.Max(known.NextTicks, now) + ShareTicks;
            long ahead = next - now - (ShareTicks * _limits.NewConnectionsBurst);
            wait = ahead > 0 ? TimeSpan.FromSeconds((double)ahead / _time.TimestampFrequency) : TimeSpan.Zero;
            _addresses[address] = new Address(known.Connections + 1, next);
            _count++;
            return true;
        }
    }

    /// <summary>Gives the place of a connection back.</summary>
    /// <param name="address">Where it came from.</param>
    /// <param name="wasServed">
    /// Whether it got its turn. One that did not gives its share of a second back too: otherwise those that come and go while they wait would let
    /// everybody behind them wait for longer and longer.
    /// </param>
    public void Leave(IPAddress address, bool wasServed = true)
    {
        lock (_gate)
        {
            _count--;
            Address known = _addresses[address];
            _addresses[address] = new Address(known.Connections - 1, wasServed ? known.NextTicks : known.NextTicks - ShareTicks);
        }
    }

    public void Add(ClientConnection connection) => _connections[connection] = true;

    public void Remove(ClientConnection connection) => _connections.TryRemove(connection, out _);

    public void Dispose() => _timer.Dispose();

    /// <summary>Closes those that wait too long, and forgets addresses that have no connection and have used up nothing.</summary>
    private void Look()
    {
        TimeSpan stalledFor = _answers.IsShort ? _limits.StalledWriteTimeoutWhenShort : _limits.StalledWriteTimeout;
        foreach (KeyValuePair<ClientConnection, bool> entry in _connections)
        {
            entry.Key.CloseIfOverdue(stalledFor);
        }

        lock (_gate)
        {
            long now = _time.GetTimestamp();
            foreach ((IPAddress address, Address known) in _addresses)
            {
                if (known.Connections == 0 && known.NextTicks <= now)
                {
                    _addresses.Remove(address);
                }
            }
        }
    }

    private readonly record struct Address(int Connections, long NextTicks);
}
