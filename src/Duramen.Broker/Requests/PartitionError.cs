using Duramen.Kafka;

namespace Duramen.Broker.Requests;

/// <summary>Why something was not done for one partition.</summary>
/// <param name="Code">The protocol's code.</param>
/// <param name="Message">What was wrong, for a person.</param>
/// <param name="RecordIndex">The record because of which, counted from the batch's first; -1 for none.</param>
internal readonly record struct PartitionError(KafkaError Code, string? Message = null, int RecordIndex = -1)
{
    public static PartitionError None => default;
}
