// Generated from Schema/*.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

namespace Duramen.Kafka;

public static partial class KafkaApis
{
    private static KafkaApi[] MakeTable() =>
    [
        new(ApiKey.Produce, Versions: new(3, 9), Advertised: new(0, 9), FirstFlexibleVersion: 9),
        new(ApiKey.Fetch, Versions: new(4, 12), Advertised: new(4, 12), FirstFlexibleVersion: 12),
        new(ApiKey.ListOffsets, Versions: new(1, 10), Advertised: new(1, 10), FirstFlexibleVersion: 6),
        new(ApiKey.Metadata, Versions: new(0, 13), Advertised: new(0, 13), FirstFlexibleVersion: 9),
        new(ApiKey.OffsetCommit, Versions: new(2, 8), Advertised: new(2, 8), FirstFlexibleVersion: 8),
        new(ApiKey.OffsetFetch, Versions: new(1, 8), Advertised: new(1, 8), FirstFlexibleVersion: 6),
        new(ApiKey.FindCoordinator, Versions: new(0, 4), Advertised: new(0, 4), FirstFlexibleVersion: 3),
        new(ApiKey.JoinGroup, Versions: new(0, 9), Advertised: new(0, 9), FirstFlexibleVersion: 6),
        new(ApiKey.Heartbeat, Versions: new(0, 4), Advertised: new(0, 4), FirstFlexibleVersion: 4),
        new(ApiKey.LeaveGroup, Versions: new(0, 5), Advertised: new(0, 5), FirstFlexibleVersion: 4),
        new(ApiKey.SyncGroup, Versions: new(0, 5), Advertised: new(0, 5), FirstFlexibleVersion: 4),
        new(ApiKey.DescribeGroups, Versions: new(0, 5), Advertised: new(0, 5), FirstFlexibleVersion: 5),
        new(ApiKey.ListGroups, Versions: new(0, 5), Advertised: new(0, 5), FirstFlexibleVersion: 3),
        new(ApiKey.ApiVersions, Versions: new(0, 4), Advertised: new(0, 4), FirstFlexibleVersion: 3),
        new(ApiKey.CreateTopics, Versions: new(0, 7), Advertised: new(0, 7), FirstFlexibleVersion: 5),
        new(ApiKey.DeleteTopics, Versions: new(0, 6), Advertised: new(0, 6), FirstFlexibleVersion: 4),
        new(ApiKey.DeleteRecords, Versions: new(0, 2), Advertised: new(0, 2), FirstFlexibleVersion: 2),
        new(ApiKey.InitProducerId, Versions: new(0, 5), Advertised: new(0, 5), FirstFlexibleVersion: 2),
        new(ApiKey.OffsetForLeaderEpoch, Versions: new(2, 4), Advertised: new(2, 4), FirstFlexibleVersion: 4),
        new(ApiKey.DescribeConfigs, Versions: new(0, 4), Advertised: new(0, 4), FirstFlexibleVersion: 4),
        new(ApiKey.AlterConfigs, Versions: new(0, 2), Advertised: new(0, 2), FirstFlexibleVersion: 2),
        new(ApiKey.AlterReplicaLogDirs, Versions: new(1, 2), Advertised: new(1, 2), FirstFlexibleVersion: 2),
        new(ApiKey.DescribeLogDirs, Versions: new(1, 4), Advertised: new(1, 4), FirstFlexibleVersion: 2),
        new(ApiKey.CreatePartitions, Versions: new(0, 3), Advertised: new(0, 3), FirstFlexibleVersion: 2),
        new(ApiKey.DeleteGroups, Versions: new(0, 2), Advertised: new(0, 2), FirstFlexibleVersion: 2),
        new(ApiKey.ElectLeaders, Versions: new(0, 2), Advertised: new(0, 2), FirstFlexibleVersion: 2),
        new(ApiKey.IncrementalAlterConfigs, Versions: new(0, 1), Advertised: new(0, 1), FirstFlexibleVersion: 1),
        new(ApiKey.AlterPartitionReassignments, Versions: new(0, 0), Advertised: new(0, 0), FirstFlexibleVersion: 0),
        new(ApiKey.ListPartitionReassignments, Versions: new(0, 0), Advertised: new(0, 0), FirstFlexibleVersion: 0),
        new(ApiKey.OffsetDelete, Versions: new(0, 0), Advertised: new(0, 0), FirstFlexibleVersion: KafkaApi.NeverFlexible),
        new(ApiKey.DescribeCluster, Versions: new(0, 0), Advertised: new(0, 0), FirstFlexibleVersion: 0),
        new(ApiKey.DescribeProducers, Versions: new(0, 0), Advertised: new(0, 0), FirstFlexibleVersion: 0),
    ];
}
