using Duramen.Kafka;

namespace Duramen.Broker.Partitions;

/// <summary>What a client believes of who leads a partition, against what is so. A node that is alone has led from the first epoch on.</summary>
internal static class LeaderEpochs
{
    /// <summary>Judges the epoch that a client brings; -1 is none.</summary>
    public static KafkaError Check(int claimed) => claimed switch
    {
        < 0 => KafkaError.None,
        _ when claimed < Partition.Epoch.Value => KafkaError.FencedLeaderEpoch,
        _ when claimed > Partition.Epoch.Value => KafkaError.UnknownLeaderEpoch,
        _ => KafkaError.None,
    };
}
