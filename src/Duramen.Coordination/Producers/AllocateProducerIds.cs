using Duramen.Coordination.Catalog;
using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.State.Machines;

namespace Duramen.Coordination.Producers;

/// <summary>Takes the next block of producer ids. The block is in the log before anyone has it, so that no crash gives an id out twice.</summary>
public sealed record AllocateProducerIds : ICommand<ClusterCatalog, ProducerIdBlock>
{
    /// <inheritdoc/>
    public void Decide(ClusterCatalog machine, ReplySlot<ProducerIdBlock> caller, Decision decision)
    {
        ArgumentNullException.ThrowIfNull(machine);
        ArgumentNullException.ThrowIfNull(decision);

        // At a thousand blocks a second 63 bits last for three hundred thousand years.
        Invariant.Holds(machine.NextProducerId <= long.MaxValue - ProducerIdBlock.Size);
        decision.Append(ProducerIdsRecord.Key(), ProducerIdsRecord.Value(machine.NextProducerId + ProducerIdBlock.Size));
        decision.Reply(caller, new ProducerIdBlock(new ProducerId(machine.NextProducerId), ProducerIdBlock.Size));
    }
}
