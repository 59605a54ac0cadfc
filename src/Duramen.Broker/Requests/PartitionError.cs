using Duramen.Kafka;
using Duramen.Records.Batches;

namespace Duramen.Broker.Requests;

/// <summary>Why something was not done for one partition.</summary>
/// <param name="Code">The protocol's code.</param>
/// <param name="Message">What was wrong, for a person.</param>
/// <param name="Records">The records because of which; null when it is not because of records.</param>
internal readonly record struct PartitionError(KafkaError Code, string? Message = null, IReadOnlyList<BatchFault>? Records = null)
{
    public static PartitionError None => default;
}
