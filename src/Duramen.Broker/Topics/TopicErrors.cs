using Duramen.Coordination.Topics;
using Duramen.Kafka;

namespace Duramen.Broker.Topics;

/// <summary>The numbers of what the catalog can have against a request.</summary>
internal static class TopicErrors
{
    public static KafkaError ToKafka(TopicError error) => error switch
    {
        TopicError.None => KafkaError.None,
        TopicError.InvalidRequest => KafkaError.InvalidRequest,
        TopicError.InvalidName => KafkaError.InvalidTopic,
        TopicError.AlreadyExists => KafkaError.TopicAlreadyExists,
        TopicError.UnknownTopic => KafkaError.UnknownTopicOrPartition,
        TopicError.UnknownTopicId => KafkaError.UnknownTopicId,
        TopicError.InvalidPartitions => KafkaError.InvalidPartitions,
        TopicError.InvalidReplicationFactor => KafkaError.InvalidReplicationFactor,
        TopicError.InvalidReplicaAssignment => KafkaError.InvalidReplicaAssignment,
        TopicError.LimitReached => KafkaError.PolicyViolation,
        TopicError.InvalidConfig => KafkaError.InvalidConfig,
        _ => KafkaError.UnknownServerError,
    };
}
