using Duramen.Consensus.Contract;

namespace Duramen.Consensus.Viewstamped;

/// <summary>Viewstamped Replication (Liskov and Cowling, "Viewstamped Replication Revisited", 2012), with synced state and the settings of one group.</summary>
public sealed class ViewstampedProtocol : IProtocol
{
    private readonly ViewstampedOptions _options;

    /// <summary>Viewstamped Replication with these settings.</summary>
    /// <exception cref="ArgumentException">The settings contradict each other.</exception>
    public ViewstampedProtocol(ViewstampedOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        bool isPossible = options.HeartbeatTicks >= 1 && options.ViewChangeTicks > options.HeartbeatTicks && options.MaxEntriesInFlight >= 1
            && options.MaxMessageBytes >= 1 && options.MaxUncommittedBytes >= 1 && options.CacheBytes >= 0;
        if (!isPossible)
        {
            throw new ArgumentException("A view change timeout is longer than a heartbeat, which is at least a tick; windows are not empty.", nameof(options));
        }

        _options = options;
    }

    /// <inheritdoc/>
    public string Name => "viewstamped";

    /// <inheritdoc/>
    public IReplica Start(ReplicaStart start)
    {
        ArgumentNullException.ThrowIfNull(start);
        return new ViewstampedReplica(start, _options);
    }
}
