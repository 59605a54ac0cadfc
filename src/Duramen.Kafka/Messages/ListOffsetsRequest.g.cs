// Generated from Schema/ListOffsets.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The request of the API that finds offsets by time, and the ends of partitions.</summary>
public sealed class ListOffsetsRequest : IKafkaRequest<ListOffsetsRequest, ListOffsetsResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.ListOffsets;

    /// <summary>The node id of a follower; -1 for a client.</summary>
    public int ReplicaId { get; set; } = -1;

    /// <summary>0 reads everything, 1 only what no open transaction could still take back.</summary>
    public sbyte IsolationLevel { get; set; }

    /// <summary>The topics.</summary>
    public List<Topic> Topics { get; set; } = [];

    /// <summary>How long tiered storage may be waited for.</summary>
    public int TimeoutMs { get; set; }

    /// <inheritdoc/>
    public static ListOffsetsRequest Read(ref KafkaReader reader, short version)
    {
        reader.Begin("ListOffsetsRequest", version, min: 1, max: 10, flexible: 6);
        var message = new ListOffsetsRequest();
        message.ReplicaId = reader.ReadInt32("ReplicaId");
        if (version >= 2)
        {
            message.IsolationLevel = reader.ReadInt8("IsolationLevel");
        }

        int topicsCount = reader.ReadCount("Topics", minElementSizeBytes: 3);
        message.Topics.EnsureCapacity(topicsCount);
        for (int i = 0; i < topicsCount; i++)
        {
            message.Topics.Add(Topic.Read(ref reader, version));
        }

        if (version >= 10)
        {
            message.TimeoutMs = reader.ReadInt32("TimeoutMs");
        }

        reader.SkipTags();
        reader.End();
        return message;
    }

    /// <inheritdoc/>
    public void Write(KafkaWriter writer, short version)
    {
        writer.Begin("ListOffsetsRequest", version, min: 1, max: 10, flexible: 6);
        writer.WriteInt32(ReplicaId);
        if (version >= 2)
        {
            writer.WriteInt8(IsolationLevel);
        }
        else
        {
            writer.Omit("IsolationLevel", isSet: IsolationLevel != 0);
        }

        writer.WriteCount(Topics, "Topics");
        foreach (Topic element in Topics)
        {
            element.Write(writer, version);
        }

        if (version >= 10)
        {
            writer.WriteInt32(TimeoutMs);
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

        /// <summary>The time to look for, in milliseconds since 1970; -1 the end, -2 the start, -3 the largest timestamp (from version 7), -4 the start of what is not in tiered storage (8), -5 the end of what is (9).</summary>
        public long Timestamp { get; set; }

        internal static Partition Read(ref KafkaReader reader, short version)
        {
            var structure = new Partition();
            structure.Index = reader.ReadInt32("Topics[].Partitions[].Index");
            if (version >= 4)
            {
                structure.CurrentLeaderEpoch = reader.ReadInt32("Topics[].Partitions[].CurrentLeaderEpoch");
            }

            structure.Timestamp = reader.ReadInt64("Topics[].Partitions[].Timestamp");
            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteInt32(Index);
            if (version >= 4)
            {
                writer.WriteInt32(CurrentLeaderEpoch);
            }

            writer.WriteInt64(Timestamp);
            writer.WriteNoTags();
        }
    }
}
