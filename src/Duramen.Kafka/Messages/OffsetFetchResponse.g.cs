// Generated from Schema/OffsetFetch.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The response of the API that reads the offsets that groups have committed. Versions from 8 on ask for several groups.</summary>
public sealed class OffsetFetchResponse : IKafkaResponse<OffsetFetchResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.OffsetFetch;

    /// <summary>How long the caller should wait before its next request, in milliseconds.</summary>
    public int ThrottleTimeMs { get; set; }

    /// <summary>The topics.</summary>
    public List<Topic> Topics { get; set; } = [];

    /// <summary>What went wrong.</summary>
    public KafkaError ErrorCode { get; set; }

    /// <summary>The groups.</summary>
    public List<Group> Groups { get; set; } = [];

    /// <inheritdoc/>
    public static OffsetFetchResponse Read(ref KafkaReader reader, short version)
    {
        reader.Begin("OffsetFetchResponse", version, min: 1, max: 8, flexible: 6);
        var message = new OffsetFetchResponse();
        if (version >= 3)
        {
            message.ThrottleTimeMs = reader.ReadInt32("ThrottleTimeMs");
        }

        if (version <= 7)
        {
            int topicsCount = reader.ReadCount("Topics", minElementSizeBytes: 3);
            message.Topics.EnsureCapacity(topicsCount);
            for (int i = 0; i < topicsCount; i++)
            {
                message.Topics.Add(Topic.Read(ref reader, version));
            }
        }

        if (version is >= 2 and <= 7)
        {
            message.ErrorCode = reader.ReadError("ErrorCode");
        }

        if (version >= 8)
        {
            int groupsCount = reader.ReadCount("Groups", minElementSizeBytes: 5);
            message.Groups.EnsureCapacity(groupsCount);
            for (int i = 0; i < groupsCount; i++)
            {
                message.Groups.Add(Group.Read(ref reader, version));
            }
        }

        reader.SkipTags();
        reader.End();
        return message;
    }

    /// <inheritdoc/>
    public void Write(KafkaWriter writer, short version)
    {
        writer.Begin("OffsetFetchResponse", version, min: 1, max: 8, flexible: 6);
        if (version >= 3)
        {
            writer.WriteInt32(ThrottleTimeMs);
        }

        if (version <= 7)
        {
            writer.WriteCount(Topics, "Topics");
            foreach (Topic element in Topics)
            {
                element.Write(writer, version);
            }
        }
        else
        {
            writer.Omit("Topics", isSet: Topics.Count > 0);
        }

        if (version is >= 2 and <= 7)
        {
            writer.WriteError(ErrorCode);
        }

        if (version >= 8)
        {
            writer.WriteCount(Groups, "Groups");
            foreach (Group element in Groups)
            {
                element.Write(writer, version);
            }
        }
        else
        {
            writer.Omit("Groups", isSet: Groups.Count > 0);
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
            structure.Name = reader.ReadString("Topic.Name");
            int partitionsCount = reader.ReadCount("Topic.Partitions", minElementSizeBytes: 16);
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
            writer.WriteString(Name, "Topic.Name");
            writer.WriteCount(Partitions, "Topic.Partitions");
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

        /// <summary>The offset of the next record to read; -1 when none is committed.</summary>
        public long CommittedOffset { get; set; }

        /// <summary>The leader epoch of the record before the committed offset; -1 when it is not known.</summary>
        public int CommittedLeaderEpoch { get; set; } = -1;

        /// <summary>What the committer left with the offset.</summary>
        public string? Metadata { get; set; } = "";

        /// <summary>What went wrong.</summary>
        public KafkaError ErrorCode { get; set; }

        internal static Partition Read(ref KafkaReader reader, short version)
        {
            var structure = new Partition();
            structure.Index = reader.ReadInt32("Partition.Index");
            structure.CommittedOffset = reader.ReadInt64("Partition.CommittedOffset");
            if (version >= 5)
            {
                structure.CommittedLeaderEpoch = reader.ReadInt32("Partition.CommittedLeaderEpoch");
            }

            structure.Metadata = reader.ReadNullableString("Partition.Metadata");
            structure.ErrorCode = reader.ReadError("Partition.ErrorCode");
            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteInt32(Index);
            writer.WriteInt64(CommittedOffset);
            if (version >= 5)
            {
                writer.WriteInt32(CommittedLeaderEpoch);
            }

            writer.WriteNullableString(Metadata, "Partition.Metadata");
            writer.WriteError(ErrorCode);
            writer.WriteNoTags();
        }
    }

    /// <summary>An element of <c>Groups</c>.</summary>
    public sealed class Group
    {
        /// <summary>The id of the group.</summary>
        public string GroupId { get; set; } = "";

        /// <summary>The topics.</summary>
        public List<Topic> Topics { get; set; } = [];

        /// <summary>What went wrong.</summary>
        public KafkaError ErrorCode { get; set; }

        internal static Group Read(ref KafkaReader reader, short version)
        {
            var structure = new Group();
            structure.GroupId = reader.ReadString("Groups[].GroupId");
            int topicsCount = reader.ReadCount("Groups[].Topics", minElementSizeBytes: 3);
            structure.Topics.EnsureCapacity(topicsCount);
            for (int i = 0; i < topicsCount; i++)
            {
                structure.Topics.Add(Topic.Read(ref reader, version));
            }

            structure.ErrorCode = reader.ReadError("Groups[].ErrorCode");
            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteString(GroupId, "Groups[].GroupId");
            writer.WriteCount(Topics, "Groups[].Topics");
            foreach (Topic element in Topics)
            {
                element.Write(writer, version);
            }

            writer.WriteError(ErrorCode);
            writer.WriteNoTags();
        }
    }
}
