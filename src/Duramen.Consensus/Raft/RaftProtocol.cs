using Duramen.Consensus.Contract;

namespace Duramen.Consensus.Raft;

/// <summary>Raft (Ongaro, "Consensus: Bridging Theory and Practice", 2014), with the settings of one group.</summary>
public sealed class RaftProtocol : IProtocol
{
    private readonly RaftOptions _options;

    /// <summary>Raft with these settings.</summary>
    /// <exception cref="ArgumentException">The settings contradict each other.</exception>
    public RaftProtocol(RaftOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        bool isPossible = options.HeartbeatTicks >= 1 && options.ElectionTicks > options.HeartbeatTicks && options.MaxMessagesInFlight >= 1
            && options.MaxMessageBytes >= 1 && options.MaxUncommittedBytes >= 1 && options.CacheBytes >= 0;
        if (!isPossible)
        {
            throw new ArgumentException("An election timeout is longer than a heartbeat, which is at least a tick; windows are not empty.", nameof(options));
        }

        _options = options;
    }

    /// <inheritdoc/>
    public string Name => "raft";

    /// <inheritdoc/>
    public IReplica Start(ReplicaStart start)
    {
        ArgumentNullException.ThrowIfNull(start);
        return new RaftReplica(start, _options);
    }
}
