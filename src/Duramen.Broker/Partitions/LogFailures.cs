using Duramen.Kafka;
using Duramen.Log;

namespace Duramen.Broker.Partitions;

/// <summary>What a client is told when a log refuses.</summary>
internal static class LogFailures
{
    /// <summary>The answer to a read. A log is closed when its topic is deleted, or when the node stops, whose clients are gone.</summary>
    public static KafkaError OfRead(LogException exception) =>
        exception.Code == LogErrors.OffsetOutOfRange ? KafkaError.OffsetOutOfRange
        : exception.Code == LogErrors.Closed ? KafkaError.UnknownTopicOrPartition
        : KafkaError.KafkaStorageError;

    /// <summary>The answer to an append. A full disk and a failed log are one to a producer, which tries again until its own time is over.</summary>
    public static KafkaError OfAppend(LogException exception) =>
        exception.Code == LogErrors.InvalidBatch ? KafkaError.CorruptMessage
        : exception.Code == LogErrors.Closed ? KafkaError.UnknownTopicOrPartition
        : KafkaError.KafkaStorageError;
}
