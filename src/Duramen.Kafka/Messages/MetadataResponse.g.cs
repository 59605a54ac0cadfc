// Generated from Schema/Metadata.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The response of the API that describes brokers, topics and who leads their partitions.</summary>
public sealed class MetadataResponse : IKafkaResponse<MetadataResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.Metadata;

    /// <summary>How long the caller should wait before its next request, in milliseconds.</summary>
    public int ThrottleTimeMs { get; set; }

    /// <summary>The brokers of the cluster.</summary>
    public List<Broker> Brokers { get; set; } = [];

    /// <summary>The id of the cluster.</summary>
    public string? ClusterId { get; set; }

    /// <summary>The node id of the controller; -1 when there is none.</summary>
    public int ControllerId { get; set; } = -1;

    /// <summary>The topics.</summary>
    public List<Topic> Topics { get; set; } = [];

    /// <summary>A bit for each operation that the caller may do with the cluster; -2147483648 when it was not asked for.</summary>
    public int ClusterAuthorizedOperations { get; set; } = -2147483648;

    /// <summary>What went wrong.</summary>
    public KafkaError ErrorCode { get; set; }

    /// <inheritdoc/>
    public static MetadataResponse Read(ref KafkaReader reader, short version)
    {
        reader.Begin("MetadataResponse", version, min: 0, max: 13, flexible: 9);
        var message = new MetadataResponse();
        if (version >= 3)
        {
            message.ThrottleTimeMs = reader.ReadInt32("ThrottleTimeMs");
        }

        int brokersCount = reader.ReadCount("Brokers", minElementSizeBytes: 10);
        message.Brokers.EnsureCapacity(brokersCount);
        for (int i = 0; i < brokersCount; i++)
        {
            message.Brokers.Add(Broker.Read(ref reader, version));
        }

        if (version >= 2)
        {
            message.ClusterId = reader.ReadNullableString("ClusterId");
        }

        if (version >= 1)
        {
            message.ControllerId = reader.ReadInt32("ControllerId");
        }

        int topicsCount = reader.ReadCount("Topics", minElementSizeBytes: 8);
        message.Topics.EnsureCapacity(topicsCount);
        for (int i = 0; i < topicsCount; i++)
        {
            message.Topics.Add(Topic.Read(ref reader, version));
        }

        if (version is >= 8 and <= 10)
        {
            message.ClusterAuthorizedOperations = reader.ReadInt32("ClusterAuthorizedOperations");
        }

        if (version >= 13)
        {
            message.ErrorCode = reader.ReadError("ErrorCode");
        }

        reader.SkipTags();
        reader.End();
        return message;
    }

    /// <inheritdoc/>
    public void Write(KafkaWriter writer, short version)
    {
        writer.Begin("MetadataResponse", version, min: 0, max: 13, flexible: 9);
        if (version >= 3)
        {
            writer.WriteInt32(ThrottleTimeMs);
        }

        writer.WriteCount(Brokers, "Brokers");
        foreach (Broker element in Brokers)
        {
            element.Write(writer, version);
        }

        if (version >= 2)
        {
            writer.WriteNullableString(ClusterId, "ClusterId");
        }

        if (version >= 1)
        {
            writer.WriteInt32(ControllerId);
        }

        writer.WriteCount(Topics, "Topics");
        foreach (Topic element in Topics)
        {
            element.Write(writer, version);
        }

        if (version is >= 8 and <= 10)
        {
            writer.WriteInt32(ClusterAuthorizedOperations);
        }
        else
        {
            writer.Omit("ClusterAuthorizedOperations", isSet: ClusterAuthorizedOperations != -2147483648);
        }

        if (version >= 13)
        {
            writer.WriteError(ErrorCode);
        }

        writer.WriteNoTags();
    }

    /// <summary>An element of <c>Brokers</c>.</summary>
    public sealed class Broker
    {
        /// <summary>The id of the node.</summary>
        public int NodeId { get; set; }

        /// <summary>The name or address to connect to.</summary>
        public string Host { get; set; } = "";

        /// <summary>The port to connect to.</summary>
        public int Port { get; set; }

        /// <summary>The rack it stands in; null when that is not known.</summary>
        public string? Rack { get; set; }

        internal static Broker Read(ref KafkaReader reader, short version)
        {
            var structure = new Broker();
            structure.NodeId = reader.ReadInt32("Brokers[].NodeId");
            structure.Host = reader.ReadString("Brokers[].Host");
            structure.Port = reader.ReadInt32("Brokers[].Port");
            if (version >= 1)
            {
                structure.Rack = reader.ReadNullableString("Brokers[].Rack");
            }

            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteInt32(NodeId);
            writer.WriteString(Host, "Brokers[].Host");
            writer.WriteInt32(Port);
            if (version >= 1)
            {
                writer.WriteNullableString(Rack, "Brokers[].Rack");
            }

            writer.WriteNoTags();
        }
    }

    /// <summary>An element of <c>Topics</c>.</summary>
    public sealed class Topic
    {
        /// <summary>What went wrong.</summary>
        public KafkaError ErrorCode { get; set; }

        /// <summary>The name; null for a topic that was asked for by an id that nobody has.</summary>
        public string? Name { get; set; } = "";

        /// <summary>The id of the topic; all zero when it is not known.</summary>
        public Guid TopicId { get; set; }

        /// <summary>Whether the topic belongs to the system.</summary>
        public bool IsInternal { get; set; }

        /// <summary>The partitions of the topic.</summary>
        public List<Partition> Partitions { get; set; } = [];

        /// <summary>A bit for each operation that the caller may do; -2147483648 when it was not asked for.</summary>
        public int AuthorizedOperations { get; set; } = -2147483648;

        internal static Topic Read(ref KafkaReader reader, short version)
        {
            var structure = new Topic();
            structure.ErrorCode = reader.ReadError("Topics[].ErrorCode");
            structure.Name = version >= 12 ? reader.ReadNullableString("Topics[].Name") : reader.ReadString("Topics[].Name");
            if (version >= 10)
            {
                structure.TopicId = reader.ReadUuid("Topics[].TopicId");
            }

            if (version >= 1)
            {
                structure.IsInternal = reader.ReadBoolean("Topics[].IsInternal");
            }

            int partitionsCount = reader.ReadCount("Topics[].Partitions", minElementSizeBytes: 18);
            structure.Partitions.EnsureCapacity(partitionsCount);
            for (int i = 0; i < partitionsCount; i++)
            {
                structure.Partitions.Add(Partition.Read(ref reader, version));
            }

            if (version >= 8)
            {
                structure.AuthorizedOperations = reader.ReadInt32("Topics[].AuthorizedOperations");
            }

            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteError(ErrorCode);
            if (version >= 12)
            {
                writer.WriteNullableString(Name, "Topics[].Name");
            }
            else
            {
                writer.WriteString(Name, "Topics[].Name");
            }

            if (version >= 10)
            {
                writer.WriteUuid(TopicId);
            }

            if (version >= 1)
            {
                writer.WriteBoolean(IsInternal);
            }

            writer.WriteCount(Partitions, "Topics[].Partitions");
            foreach (Partition element in Partitions)
            {
                element.Write(writer, version);
            }

            if (version >= 8)
            {
                writer.WriteInt32(AuthorizedOperations);
            }
            else
            {
                writer.Omit("Topics[].AuthorizedOperations", isSet: AuthorizedOperations != -2147483648);
            }

            writer.WriteNoTags();
        }
    }

    /// <summary>An element of <c>Partitions</c>.</summary>
    public sealed class Partition
    {
        /// <summary>What went wrong.</summary>
        public KafkaError ErrorCode { get; set; }

        /// <summary>The index of the partition in its topic.</summary>
        public int Index { get; set; }

        /// <summary>The node id of the leader; -1 when there is none.</summary>
        public int LeaderId { get; set; }

        /// <summary>The leader epoch; -1 when it is not known.</summary>
        public int LeaderEpoch { get; set; } = -1;

        /// <summary>The nodes that hold the partition.</summary>
        public List<int> ReplicaNodes { get; set; } = [];

        /// <summary>The nodes whose copies are up to date.</summary>
        public List<int> IsrNodes { get; set; } = [];

        /// <summary>The nodes whose copies cannot be reached.</summary>
        public List<int> OfflineReplicas { get; set; } = [];

        internal static Partition Read(ref KafkaReader reader, short version)
        {
            var structure = new Partition();
            structure.ErrorCode = reader.ReadError("Topics[].Partitions[].ErrorCode");
            structure.Index = reader.ReadInt32("Topics[].Partitions[].Index");
            structure.LeaderId = reader.ReadInt32("Topics[].Partitions[].LeaderId");
            if (version >= 7)
            {
                structure.LeaderEpoch = reader.ReadInt32("Topics[].Partitions[].LeaderEpoch");
            }

            reader.ReadInt32s(structure.ReplicaNodes, "Topics[].Partitions[].ReplicaNodes");
            reader.ReadInt32s(structure.IsrNodes, "Topics[].Partitions[].IsrNodes");
            if (version >= 5)
            {
                reader.ReadInt32s(structure.OfflineReplicas, "Topics[].Partitions[].OfflineReplicas");
            }

            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteError(ErrorCode);
            writer.WriteInt32(Index);
            writer.WriteInt32(LeaderId);
            if (version >= 7)
            {
                writer.WriteInt32(LeaderEpoch);
            }

            writer.WriteInt32s(ReplicaNodes, "Topics[].Partitions[].ReplicaNodes");
            writer.WriteInt32s(IsrNodes, "Topics[].Partitions[].IsrNodes");
            if (version >= 5)
            {
                writer.WriteInt32s(OfflineReplicas, "Topics[].Partitions[].OfflineReplicas");
            }

            writer.WriteNoTags();
        }
    }
}
