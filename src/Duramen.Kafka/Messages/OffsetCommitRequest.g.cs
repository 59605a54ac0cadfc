// Generated from Schema/OffsetCommit.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The request of the API that commits the offsets up to which a group has read.</summary>
public sealed class OffsetCommitRequest : IKafkaRequest<OffsetCommitRequest, OffsetCommitResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.OffsetCommit;

    /// <summary>The id of the group.</summary>
    public string GroupId { get; set; } = "";

    /// <summary>The generation of the group; -1 without membership.</summary>
    public int GenerationId { get; set; } = -1;

    /// <summary>The id that the coordinator gave the member.</summary>
    public string MemberId { get; set; } = "";

    /// <summary>The name that a static member keeps over restarts; null for a dynamic member.</summary>
    public string? GroupInstanceId { get; set; }

    /// <summary>How long to keep the offsets, in milliseconds; -1 as the server is configured.</summary>
    public long RetentionTimeMs { get; set; } = -1;

    /// <summary>The topics.</summary>
    public List<Topic> Topics { get; set; } = [];

    /// <inheritdoc/>
    public static OffsetCommitRequest Read(ref KafkaReader reader, short version)
    {
        reader.Begin("OffsetCommitRequest", version, min: 2, max: 8, flexible: 8);
        var message = new OffsetCommitRequest();
        message.GroupId = reader.ReadString("GroupId");
        message.GenerationId = reader.ReadInt32("GenerationId");
        message.MemberId = reader.ReadString("MemberId");
        if (version >= 7)
        {
            message.GroupInstanceId = reader.ReadNullableString("GroupInstanceId");
        }

        if (version <= 4)
        {
            message.RetentionTimeMs = reader.ReadInt64("RetentionTimeMs");
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
        writer.Begin("OffsetCommitRequest", version, min: 2, max: 8, flexible: 8);
        writer.WriteString(GroupId, "GroupId");
        writer.WriteInt32(GenerationId);
        writer.WriteString(MemberId, "MemberId");
        if (version >= 7)
        {
            writer.WriteNullableString(GroupInstanceId, "GroupInstanceId");
        }
        else
        {
            writer.Omit("GroupInstanceId", isSet: GroupInstanceId is not null);
        }

        if (version <= 4)
        {
            writer.WriteInt64(RetentionTimeMs);
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
            int partitionsCount = reader.ReadCount("Topics[].Partitions", minElementSizeBytes: 14);
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

        /// <summary>The offset of the next record to read.</summary>
        public long CommittedOffset { get; set; }

        /// <summary>The leader epoch of the record before the committed offset; -1 when it is not known.</summary>
        public int CommittedLeaderEpoch { get; set; } = -1;

        /// <summary>What the committer left with the offset.</summary>
        public string? Metadata { get; set; }

        internal static Partition Read(ref KafkaReader reader, short version)
        {
            var structure = new Partition();
            structure.Index = reader.ReadInt32("Topics[].Partitions[].Index");
            structure.CommittedOffset = reader.ReadInt64("Topics[].Partitions[].CommittedOffset");
            if (version >= 6)
            {
                structure.CommittedLeaderEpoch = reader.ReadInt32("Topics[].Partitions[].CommittedLeaderEpoch");
            }

            structure.Metadata = reader.ReadNullableString("Topics[].Partitions[].Metadata");
            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteInt32(Index);
            writer.WriteInt64(CommittedOffset);
            if (version >= 6)
            {
                writer.WriteInt32(CommittedLeaderEpoch);
            }

            writer.WriteNullableString(Metadata, "Topics[].Partitions[].Metadata");
            writer.WriteNoTags();
        }
    }
}
