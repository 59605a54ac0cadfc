// Generated from Schema/OffsetFetch.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The request of the API that reads the offsets that groups have committed. Versions from 8 on ask for several groups.</summary>
public sealed class OffsetFetchRequest : IKafkaRequest<OffsetFetchRequest, OffsetFetchResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.OffsetFetch;

    /// <summary>The id of the group.</summary>
    public string GroupId { get; set; } = "";

    /// <summary>The topics asked for; null for all.</summary>
    public List<Topic>? Topics { get; set; }

    /// <summary>The groups.</summary>
    public List<Group> Groups { get; set; } = [];

    /// <summary>Whether to refuse while a transaction could still change the answer.</summary>
    public bool RequireStable { get; set; }

    /// <inheritdoc/>
    public static OffsetFetchRequest Read(ref KafkaReader reader, short version)
    {
        reader.Begin("OffsetFetchRequest", version, min: 1, max: 8, flexible: 6);
        var message = new OffsetFetchRequest();
        if (version <= 7)
        {
            message.GroupId = reader.ReadString("GroupId");
        }

        if (version <= 7)
        {
            int topicsCount = version >= 2 ? reader.ReadNullableCount("Topics", minElementSizeBytes: 3) : reader.ReadCount("Topics", minElementSizeBytes: 3);
            message.Topics = topicsCount < 0 ? null : new List<Topic>(topicsCount);
            for (int i = 0; i < topicsCount; i++)
            {
                message.Topics!.Add(Topic.Read(ref reader, version));
            }
        }

        if (version >= 8)
        {
            int groupsCount = reader.ReadCount("Groups", minElementSizeBytes: 3);
            message.Groups.EnsureCapacity(groupsCount);
            for (int i = 0; i < groupsCount; i++)
            {
                message.Groups.Add(Group.Read(ref reader, version));
            }
        }

        if (version >= 7)
        {
            message.RequireStable = reader.ReadBoolean("RequireStable");
        }

        reader.SkipTags();
        reader.End();
        return message;
    }

    /// <inheritdoc/>
    public void Write(KafkaWriter writer, short version)
    {
        writer.Begin("OffsetFetchRequest", version, min: 1, max: 8, flexible: 6);
        if (version <= 7)
        {
            writer.WriteString(GroupId, "GroupId");
        }
        else
        {
            writer.Omit("GroupId", isSet: GroupId is not "");
        }

        if (version <= 7)
        {
            if (version >= 2)
            {
                writer.WriteNullableCount(Topics, "Topics");
            }
            else
            {
                writer.WriteCount(Topics, "Topics");
            }

            if (Topics is not null)
            {
                foreach (Topic element in Topics)
                {
                    element.Write(writer, version);
                }
            }
        }
        else
        {
            writer.Omit("Topics", isSet: Topics is { Count: > 0 });
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

        if (version >= 7)
        {
            writer.WriteBoolean(RequireStable);
        }
        else
        {
            writer.Omit("RequireStable", isSet: RequireStable);
        }

        writer.WriteNoTags();
    }

    /// <summary>An element of <c>Topics</c>.</summary>
    public sealed class Topic
    {
        /// <summary>The name.</summary>
        public string Name { get; set; } = "";

        /// <summary>The indexes of the partitions.</summary>
        public List<int> PartitionIndexes { get; set; } = [];

        internal static Topic Read(ref KafkaReader reader, short version)
        {
            var structure = new Topic();
            structure.Name = reader.ReadString("Topic.Name");
            reader.ReadInt32s(structure.PartitionIndexes, "Topic.PartitionIndexes");
            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteString(Name, "Topic.Name");
            writer.WriteInt32s(PartitionIndexes, "Topic.PartitionIndexes");
            writer.WriteNoTags();
        }
    }

    /// <summary>An element of <c>Groups</c>.</summary>
    public sealed class Group
    {
        /// <summary>The id of the group.</summary>
        public string GroupId { get; set; } = "";

        /// <summary>The topics asked for; null for all.</summary>
        public List<Topic>? Topics { get; set; }

        internal static Group Read(ref KafkaReader reader, short version)
        {
            var structure = new Group();
            structure.GroupId = reader.ReadString("Groups[].GroupId");
            int topicsCount = reader.ReadNullableCount("Groups[].Topics", minElementSizeBytes: 3);
            structure.Topics = topicsCount < 0 ? null : new List<Topic>(topicsCount);
            for (int i = 0; i < topicsCount; i++)
            {
                structure.Topics!.Add(Topic.Read(ref reader, version));
            }

            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteString(GroupId, "Groups[].GroupId");
            writer.WriteNullableCount(Topics, "Groups[].Topics");
            if (Topics is not null)
            {
                foreach (Topic element in Topics)
                {
                    element.Write(writer, version);
                }
            }

            writer.WriteNoTags();
        }
    }
}
