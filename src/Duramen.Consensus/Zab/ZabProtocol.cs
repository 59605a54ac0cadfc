using Duramen.Consensus.Contract;

namespace Duramen.Consensus.Zab;

/// <summary>ZAB (Junqueira, Reed and Serafini, "Zab: High-performance broadcast for primary-backup systems", 2011) with the settings of one group.</summary>
public sealed class ZabProtocol : IProtocol
{
    private readonly ZabOptions _options;

    /// <summary>ZAB with these settings.</summary>
    /// <exception cref="ArgumentException">The settings contradict each other.</exception>
    public ZabProtocol(ZabOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        bool isPossible = options.HeartbeatTicks >= 1 && options.ElectionTicks > options.HeartbeatTicks && options.MaxEntriesInFlight >= 1
            && options.MaxMessageBytes >= 1 && options.MaxUncommittedBytes >= 1 && options.CacheBytes >= 0;
        if (!isPossible)
        {
            throw new ArgumentException("An election timeout is longer than a heartbeat, which is at least a tick; windows are not empty.", nameof(options));
        }

        _options = options;
    }

    /// <inheritdoc/>
    public string Name => "zab";

    /// <inheritdoc/>
    public IReplica Start(ReplicaStart start)
    {
        ArgumentNullException.ThrowIfNull(start);
        return new ZabReplica(start, _options);
    }
}
