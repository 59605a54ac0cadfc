using Duramen.Consensus.Contract;

namespace Duramen.Consensus.Paxos;

/// <summary>Multi-Paxos (Lamport, "The Part-Time Parliament", 1998; van Renesse and Altinbuken, "Paxos Made Moderately Complex", 2015), with the settings of one group.</summary>
public sealed class PaxosProtocol : IProtocol
{
    private readonly PaxosOptions _options;

    /// <summary>Multi-Paxos with these settings.</summary>
    /// <exception cref="ArgumentException">The settings contradict each other, or two quorums of different phases need not meet.</exception>
    public PaxosProtocol(PaxosOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        bool isPossible = options.HeartbeatTicks >= 1 && options.ElectionTicks > options.HeartbeatTicks && options.Alpha >= 1 && options.MaxEntriesInFlight >= 1
            && options.MaxMessageBytes >= 1 && options.MaxUncommittedBytes >= 1 && options.CacheBytes >= 0;
        if (!isPossible)
        {
            throw new ArgumentException("An election timeout is longer than a heartbeat, which is at least a tick; windows are not empty.", nameof(options));
        }

        bool areSafe = options.Quorums.All(sizes => sizes.AreSafe) && options.Quorums.DistinctBy(sizes => sizes.Voters).Count() == options.Quorums.Count;
        if (!areSafe)
        {
            throw new ArgumentException("The quorums of the two phases together are more than the voters, and each number of voters is listed once.", nameof(options));
        }

        _options = options;
    }

    /// <inheritdoc/>
    public string Name => "paxos";

    /// <inheritdoc/>
    public IReplica Start(ReplicaStart start)
    {
        ArgumentNullException.ThrowIfNull(start);
        return new PaxosReplica(start, _options);
    }
}
