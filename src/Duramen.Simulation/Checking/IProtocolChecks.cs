using Duramen.Consensus.Contract;
using Duramen.Simulation.Nodes;

namespace Duramen.Simulation.Checking;

/// <summary>What one protocol promises beyond what all of them do. Each method throws a <see cref="ViolationException"/> when that does not hold.</summary>
internal interface IProtocolChecks
{
    /// <summary>A replica took an input and left these effects, none of which is carried out yet.</summary>
    void Stepped(SimulatedNode node, ReplicaOutbox outbox);

    /// <summary>A message leaves a node.</summary>
    void Sends(SimulatedNode node, ReadOnlySpan<byte> message);

    /// <summary>A replica took a message and left these effects.</summary>
    void Received(SimulatedNode node, ReadOnlySpan<byte> message, ReplicaOutbox outbox);
}
