// Generated from Schema/OffsetForLeaderEpoch.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The response of the API that finds where leader epochs ended, so that a reader notices when its log and the leader's part.</summary>
public sealed class OffsetForLeaderEpochResponse : IKafkaResponse<OffsetForLeaderEpochResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.OffsetForLeaderEpoch;

    /// <summary>How long the caller should wait before its next request, in milliseconds.</summary>
    public int ThrottleTimeMs { get; set; }

    /// <summary>The topics.</summary>
    public List<Topic> Topics { get; set; } = [];

    /// <inheritdoc/>
    public static OffsetForLeaderEpochResponse Read(ref KafkaReader reader, short version)
    {
        reader.Begin("OffsetForLeaderEpochResponse", version, min: 2, max: 4, flexible: 4);
        var message = new OffsetForLeaderEpochResponse();
        message.ThrottleTimeMs = reader.ReadInt32("ThrottleTimeMs");
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
        writer.Begin("OffsetForLeaderEpochResponse", version, min: 2, max: 4, flexible: 4);
        writer.WriteInt32(ThrottleTimeMs);
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
            int partitionsCount = reader.ReadCount("Topics[].Partitions", minElementSizeBytes: 18);
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
        /// <summary>What went wrong.</summary>
        public KafkaError ErrorCode { get; set; }

        /// <summary>The index of the partition in its topic.</summary>
        public int Index { get; set; }

        /// <summary>The largest epoch up to the wanted one; -1 when there is none.</summary>
        public int LeaderEpoch { get; set; } = -1;

        /// <summary>The offset after its last record; -1 when there is none.</summary>
        public long EndOffset { get; set; } = -1;

        internal static Partition Read(ref KafkaReader reader, short version)
        {
            var structure = new Partition();
            structure.ErrorCode = reader.ReadError("Topics[].Partitions[].ErrorCode");
            structure.Index = reader.ReadInt32("Topics[].Partitions[].Index");
            structure.LeaderEpoch = reader.ReadInt32("Topics[].Partitions[].LeaderEpoch");
            structure.EndOffset = reader.ReadInt64("Topics[].Partitions[].EndOffset");
            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteError(ErrorCode);
            writer.WriteInt32(Index);
            writer.WriteInt32(LeaderEpoch);
            writer.WriteInt64(EndOffset);
            writer.WriteNoTags();
        }
    }
}
