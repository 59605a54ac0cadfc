// Generated from Schema/*.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

namespace Duramen.Kafka;

/// <summary>The number that names an API on the wire.</summary>
public enum ApiKey : short
{
    /// <summary>Appends record batches to partitions.</summary>
    Produce = 0,
    /// <summary>Reads record batches from partitions.</summary>
    Fetch = 1,
    /// <summary>Finds offsets by time, and the ends of partitions.</summary>
    ListOffsets = 2,
    /// <summary>Describes brokers, topics and who leads their partitions.</summary>
    Metadata = 3,
    /// <summary>Commits the offsets up to which a group has read.</summary>
    OffsetCommit = 8,
    /// <summary>Reads the offsets that groups have committed. Versions from 8 on ask for several groups.</summary>
    OffsetFetch = 9,
    /// <summary>Finds the coordinator of a group or of a transactional id. Versions from 4 on ask for several at once.</summary>
    FindCoordinator = 10,
    /// <summary>Joins a group, or joins it again for its next generation.</summary>
    JoinGroup = 11,
    /// <summary>Keeps a member in its group.</summary>
    Heartbeat = 12,
    /// <summary>Takes members out of a group.</summary>
    LeaveGroup = 13,
    /// <summary>Hands in the leader's assignment and returns each member its part.</summary>
    SyncGroup = 14,
    /// <summary>Describes groups and their members.</summary>
    DescribeGroups = 15,
    /// <summary>Lists the groups that this broker coordinates.</summary>
    ListGroups = 16,
    /// <summary>Says which APIs and versions the server has.</summary>
    ApiVersions = 18,
    /// <summary>Creates topics.</summary>
    CreateTopics = 19,
    /// <summary>Deletes topics.</summary>
    DeleteTopics = 20,
    /// <summary>Deletes the oldest records of partitions.</summary>
    DeleteRecords = 21,
    /// <summary>Gives a producer its id and epoch.</summary>
    InitProducerId = 22,
    /// <summary>Finds where leader epochs ended, so that a reader notices when its log and the leader's part.</summary>
    OffsetForLeaderEpoch = 23,
    /// <summary>Describes the settings of topics and brokers.</summary>
    DescribeConfigs = 32,
    /// <summary>Replaces all settings of topics and brokers.</summary>
    AlterConfigs = 33,
    /// <summary>Moves replicas to other folders of their broker.</summary>
    AlterReplicaLogDirs = 34,
    /// <summary>Describes the folders that hold partitions, and how large the partitions are.</summary>
    DescribeLogDirs = 35,
    /// <summary>Adds partitions to topics.</summary>
    CreatePartitions = 37,
    /// <summary>Deletes groups that have no members.</summary>
    DeleteGroups = 42,
    /// <summary>Has partitions led by the replica that is first in their list, or by any that is left.</summary>
    ElectLeaders = 43,
    /// <summary>Changes some settings of topics and brokers and leaves the others.</summary>
    IncrementalAlterConfigs = 44,
    /// <summary>Moves the replicas of partitions to other brokers, or no longer.</summary>
    AlterPartitionReassignments = 45,
    /// <summary>Lists the partitions whose replicas are being moved to other brokers.</summary>
    ListPartitionReassignments = 46,
    /// <summary>Deletes offsets that a group has committed.</summary>
    OffsetDelete = 47,
    /// <summary>Describes the cluster and its brokers.</summary>
    DescribeCluster = 60,
    /// <summary>Describes the producers that partitions remember.</summary>
    DescribeProducers = 61,
}
