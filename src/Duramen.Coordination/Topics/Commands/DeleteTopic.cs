using Duramen.Coordination.Catalog;
using Duramen.State.Machines;

namespace Duramen.Coordination.Topics.Commands;

/// <summary>Deletes a topic, by name or by id (Kafka's DeleteTopics, for one topic). Its name is free then, its id never again.</summary>
public sealed record DeleteTopic : ICommand<ClusterCatalog, TopicResult>
{
    private readonly string? _name;
    private readonly Guid _id;

    /// <summary>Deletes the topic that has a name.</summary>
    public DeleteTopic(string name) => _name = name;

    /// <summary>Deletes the topic that has an id.</summary>
    public DeleteTopic(Guid id) => _id = id;

    /// <inheritdoc/>
    public void Decide(ClusterCatalog machine, ReplySlot<TopicResult> caller, Decision decision)
    {
        ArgumentNullException.ThrowIfNull(machine);
        ArgumentNullException.ThrowIfNull(decision);
        Topic? topic = _name is null ? machine.Topics.Find(_id) : machine.Topics.Find(_name);
        if (topic is not null)
        {
            decision.Append(TopicRecord.Key(topic.Id), null);
            decision.Reply(caller, TopicResult.Done(topic));
        }
        else
        {
            decision.Reply(caller, _name is null
                ? TopicResult.Refused(TopicError.UnknownTopicId, $"No topic has the id {_id}.")
                : TopicResult.Refused(TopicError.UnknownTopic, $"There is no topic '{_name}'."));
        }
    }
}
