using Duramen.Consensus.Contract;
using Duramen.Core.Random;

namespace Duramen.Simulation.Nodes;

// What the search through small worlds looks at and sets beside what happens to a node in a run.
internal sealed partial class SimulatedNode
{
    private Prng? _replicaChance;

    /// <summary>Its replica; null while it is down.</summary>
    public IReplica? Replica => _replica;

    /// <summary>Requests that wait for their index to be committed.</summary>
    public IReadOnlyCollection<PendingRequest> Placed => _placed;

    /// <summary>Messages that wait for a sync.</summary>
    public IReadOnlyCollection<(PersistId After, ReplicaId To, byte[] Bytes, int LengthBytes)> Held => _held;

    /// <summary>Makes it draw from here on what generators in that state would draw, so that no draw of the past decides anything.</summary>
    public void RewindChance((ulong S0, ulong S1, ulong S2, ulong S3) state)
    {
        _chance.Restore(state);
        _diskChance.Restore(state);
        _replicaChance?.Restore(state);
    }
}
