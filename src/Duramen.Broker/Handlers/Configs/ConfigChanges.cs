using Duramen.Broker.Requests;
using Duramen.Broker.Topics;
using Duramen.Coordination.Configs.Commands;
using Duramen.Coordination.Topics;
using Duramen.Coordination.Topics.Commands;
using Duramen.Kafka;

namespace Duramen.Broker.Handlers.Configs;

/// <summary>Has the catalog change the settings of a resource; what both ways of asking for it have in common.</summary>
internal static class ConfigChanges
{
    /// <summary>The answer to a resource that is in a request more than once: what of it should count?</summary>
    public static (KafkaError Error, string? Message) Repeated => (KafkaError.InvalidRequest, "Each resource is in a request once.");

    /// <param name="topics">Whose settings, and what gives them their defaults.</param>
    /// <param name="resourceType">What is named.</param>
    /// <param name="name">Its name.</param>
    /// <param name="ofTopic">The change, should it be a topic.</param>
    /// <param name="ofBroker">The change, should it be a broker.</param>
    public static async ValueTask<(KafkaError Error, string? Message)> ApplyAsync(
        BrokerTopics topics, sbyte resourceType, string name, TopicChange ofTopic, BrokerConfigChange ofBroker)
    {
        if (resourceType is not (ConfigNumbers.TopicResource or ConfigNumbers.BrokerResource))
        {
            return (KafkaError.InvalidRequest, $"Resources of type {resourceType} have no settings here.");
        }

        if (resourceType == ConfigNumbers.TopicResource && InternalTopics.Contains(name))
        {
            return (KafkaError.InvalidTopic, $"Topic '{name}' is the broker's own and keeps its settings.");
        }

        try
        {
            TopicResult result = await topics.ChangeAsync(resourceType == ConfigNumbers.TopicResource ? ofTopic : ofBroker).ConfigureAwait(false);
            return (TopicErrors.ToKafka(result.Error), result.Message);
        }
        catch (Exception exception) when (BrokerFailures.IsPlanned(exception))
        {
            return (BrokerFailures.OfCatalog(exception), exception.Message);
        }
    }
}
