// Generated from Schema/OffsetForLeaderEpoch.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The request of the API that finds where leader epochs ended, so that a reader notices when its log and the leader's part.</summary>
public sealed class OffsetForLeaderEpochRequest : IKafkaRequest<OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.OffsetForLeaderEpoch;

    /// <summary>The node id of a follower; -1 for a client, -2 for a reader that may see uncommitted records.</summary>
    public int ReplicaId { get; set; } = -2;

    /// <summary>The topics.</summary>
    public List<Topic> Topics { get; set; } = [];

    /// <inheritdoc/>
    public static OffsetForLeaderEpochRequest Read(ref KafkaReader reader, short version)
    {
        reader.Begin("OffsetForLeaderEpochRequest", version, min: 2, max: 4, flexible: 4);
        var message = new OffsetForLeaderEpochRequest();
        if (version >= 3)
        {
            message.ReplicaId = reader.ReadInt32("ReplicaId");
        }

        int topicsCount = reader.ReadCount("Topics", minElementSizeBytes: 3);
        message.Topics.EnsureCapacity(topicsCount);
        for (int i = 0; i < topicsCount; i++)
        {
            message.Topics.Add(Topic.Read(ref reader, version));
        }

        reader.SkipTags();
        reader.End();
        return message;
    }

    /// <inheritdoc/>
    public void Write(KafkaWriter writer, short version)
    {
        writer.Begin("OffsetForLeaderEpochRequest", version, min: 2, max: 4, flexible: 4);
        if (version >= 3)
        {
            writer.WriteInt32(ReplicaId);
        }

        writer.WriteCount(Topics, "Topics");
        foreach (Topic element in Topics)
        {
            element.Write(writer, version);
        }

        writer.WriteNoTags();
    }

    /// <summary>An element of <c>Topics</c>.</summary>
    public sealed class Topic
    {
        /// <summary>The name.</summary>
        public string Name { get; set; } = "";

        /// <summary>The partitions of the topic.</summary>
        public List<Partition> Partitions { get; set; } = [];

        internal static Topic Read(ref KafkaReader reader, short version)
        {
            var structure = new Topic();
            structure.Name = reader.ReadString("Topics[].Name");
            int partitionsCount = reader.ReadCount("Topics[].Partitions", minElementSizeBytes: 12);
            structure.Partitions.EnsureCapacity(partitionsCount);
            for (int i = 0; i < partitionsCount; i++)
            {
                structure.Partitions.Add(Partition.Read(ref reader, version));
            }

            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteString(Name, "Topics[].Name");
            writer.WriteCount(Partitions, "Topics[].Partitions");
            foreach (Partition element in Partitions)
            {
                element.Write(writer, version);
            }

            writer.WriteNoTags();
        }
    }

    /// <summary>An element of <c>Partitions</c>.</summary>
    public sealed class Partition
    {
        /// <summary>The index of the partition in its topic.</summary>
        public int Index { get; set; }

        /// <summary>The leader epoch that the caller knows, compared with the server's; -1 leaves the comparison out.</summary>
        public int CurrentLeaderEpoch { get; set; } = -1;

        /// <summary>The epoch whose end is wanted.</summary>
        public int LeaderEpoch { get; set; }

        internal static Partition Read(ref KafkaReader reader, short version)
        {
            var structure = new Partition();
            structure.Index = reader.ReadInt32("Topics[].Partitions[].Index");
            structure.CurrentLeaderEpoch = reader.ReadInt32("Topics[].Partitions[].CurrentLeaderEpoch");
            structure.LeaderEpoch = reader.ReadInt32("Topics[].Partitions[].LeaderEpoch");
            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteInt32(Index);
            writer.WriteInt32(CurrentLeaderEpoch);
            writer.WriteInt32(LeaderEpoch);
            writer.WriteNoTags();
        }
    }
}
