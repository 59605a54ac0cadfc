using Duramen.Coordination.Catalog;
using Duramen.State.Machines;

namespace Duramen.Coordination.Topics.Commands;

/// <summary>Asks for all topics. As long as nothing changes the answer is the same object.</summary>
public sealed record ReadTopics : ICommand<ClusterCatalog, TopicSet>
{
    /// <inheritdoc/>
    public void Decide(ClusterCatalog machine, ReplySlot<TopicSet> caller, Decision decision)
    {
        ArgumentNullException.ThrowIfNull(machine);
        ArgumentNullException.ThrowIfNull(decision);
        decision.Reply(caller, machine.Topics);
    }
}
