using Duramen.Core.Ids;

namespace Duramen.Client.Producers;

/// <summary>Where an acknowledged record is.</summary>
/// <param name="Partition">Its partition.</param>
/// <param name="Offset">Its offset; -1 when the producer asked for no acknowledgement, or the broker does not know it any more.</param>
public readonly record struct ProduceResult(TopicPartition Partition, Offset Offset);
