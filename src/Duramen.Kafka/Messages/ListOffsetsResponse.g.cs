// Generated from Schema/ListOffsets.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The response of the API that finds offsets by time, and the ends of partitions.</summary>
public sealed class ListOffsetsResponse : IKafkaResponse<ListOffsetsResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.ListOffsets;

    /// <summary>How long the caller should wait before its next request, in milliseconds.</summary>
    public int ThrottleTimeMs { get; set; }

    /// <summary>The topics.</summary>
    public List<Topic> Topics { get; set; } = [];

    /// <inheritdoc/>
    public static ListOffsetsResponse Read(ref KafkaReader reader, short version)
    {
        reader.Begin("ListOffsetsResponse", version, min: 1, max: 10, flexible: 6);
        var message = new ListOffsetsResponse();
        if (version >= 2)
        {
            message.ThrottleTimeMs = reader.ReadInt32("ThrottleTimeMs");
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
        writer.Begin("ListOffsetsResponse", version, min: 1, max: 10, flexible: 6);
        if (version >= 2)
        {
            writer.WriteInt32(ThrottleTimeMs);
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
            int partitionsCount = reader.ReadCount("Topics[].Partitions", minElementSizeBytes: 22);
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

        /// <summary>What went wrong.</summary>
        public KafkaError ErrorCode { get; set; }

        /// <summary>The timestamp of the record that was found; -1 when none was, or for an end.</summary>
        public long Timestamp { get; set; } = -1;

        /// <summary>The offset that was found; -1 when none was.</summary>
        public long Offset { get; set; } = -1;

        /// <summary>The leader epoch; -1 when it is not known.</summary>
        public int LeaderEpoch { get; set; } = -1;

        internal static Partition Read(ref KafkaReader reader, short version)
        {
            var structure = new Partition();
            structure.Index = reader.ReadInt32("Topics[].Partitions[].Index");
            structure.ErrorCode = reader.ReadError("Topics[].Partitions[].ErrorCode");
            structure.Timestamp = reader.ReadInt64("Topics[].Partitions[].Timestamp");
            structure.Offset = reader.ReadInt64("Topics[].Partitions[].Offset");
            if (version >= 4)
            {
                structure.LeaderEpoch = reader.ReadInt32("Topics[].Partitions[].LeaderEpoch");
            }

            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteInt32(Index);
            writer.WriteError(ErrorCode);
            writer.WriteInt64(Timestamp);
            writer.WriteInt64(Offset);
            if (version >= 4)
            {
                writer.WriteInt32(LeaderEpoch);
            }

            writer.WriteNoTags();
        }
    }
}
