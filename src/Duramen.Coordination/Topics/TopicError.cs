namespace Duramen.Coordination.Topics;

/// <summary>What the catalog can have against a request. Each is one of Kafka's errors; the broker knows their numbers.</summary>
public enum TopicError
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>INVALID_REQUEST: its parts contradict each other.</summary>
    InvalidRequest,

    /// <summary>INVALID_TOPIC_EXCEPTION: no topic can have the name, or it differs from another's only in <c>.</c> and <c>_</c>.</summary>
    InvalidName,

    /// <summary>TOPIC_ALREADY_EXISTS.</summary>
    AlreadyExists,

    /// <summary>UNKNOWN_TOPIC_OR_PARTITION.</summary>
    UnknownTopic,

    /// <summary>UNKNOWN_TOPIC_ID.</summary>
    UnknownTopicId,

    /// <summary>INVALID_PARTITIONS: a number that no topic, or not this one, can have.</summary>
    InvalidPartitions,

    /// <summary>INVALID_REPLICATION_FACTOR: a number that this cluster cannot serve.</summary>
    InvalidReplicationFactor,

    /// <summary>INVALID_REPLICA_ASSIGNMENT: replicas where there are no brokers, or not as many as partitions.</summary>
    InvalidReplicaAssignment,

    /// <summary>POLICY_VIOLATION: there would be more partitions than there may be (<see cref="Catalog.CatalogOptions.MaxPartitions"/>).</summary>
    LimitReached,

    /// <summary>INVALID_CONFIG: no such config, or not such a value.</summary>
    InvalidConfig,
}
