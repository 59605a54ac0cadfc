using Duramen.Coordination.Catalog;
using Duramen.State.Machines;

namespace Duramen.Coordination.Topics.Commands;

/// <summary>A change of a topic that exists: what all of them have in common.</summary>
/// <param name="Name">The topic.</param>
public abstract record TopicChange(string Name) : ICommand<ClusterCatalog, TopicResult>
{
    /// <summary>Whether the answer is wanted and not the change.</summary>
    public bool ValidateOnly { get; init; }

    /// <inheritdoc/>
    public void Decide(ClusterCatalog machine, ReplySlot<TopicResult> caller, Decision decision)
    {
        ArgumentNullException.ThrowIfNull(machine);
        ArgumentNullException.ThrowIfNull(decision);
        Topic? before = machine.Topics.Find(Name);
        TopicResult result = before is null
            ? TopicResult.Refused(TopicError.UnknownTopic, $"There is no topic '{Name}'.")
            : Change(before, machine);
        if (result.Topic is Topic after && !ValidateOnly && after != before)
        {
            decision.Append(TopicRecord.Key(after.Id), TopicRecord.Value(after));
        }

        decision.Reply(caller, result);
    }

    /// <summary>The topic as it is to be, which is the same when nothing changes, or why not.</summary>
    private protected abstract TopicResult Change(Topic topic, ClusterCatalog machine);
}
