// Generated from Schema/ElectLeaders.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The request of the API that has partitions led by the replica that is first in their list, or by any that is left.</summary>
public sealed class ElectLeadersRequest : IKafkaRequest<ElectLeadersRequest, ElectLeadersResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.ElectLeaders;

    /// <summary>Who may be elected: 0 the preferred replica, 1 also one that lacks records.</summary>
    public sbyte ElectionType { get; set; }

    /// <summary>The partitions to elect leaders for; null for all.</summary>
    public List<Topic>? Topics { get; set; }

    /// <summary>How long the server may take, in milliseconds.</summary>
    public int TimeoutMs { get; set; } = 60000;

    /// <inheritdoc/>
    public static ElectLeadersRequest Read(ref KafkaReader reader, short version)
    {
        reader.Begin("ElectLeadersRequest", version, min: 0, max: 2, flexible: 2);
        var message = new ElectLeadersRequest();
        if (version >= 1)
        {
            message.ElectionType = reader.ReadInt8("ElectionType");
        }

        int topicsCount = reader.ReadNullableCount("Topics", minElementSizeBytes: 3);
        message.Topics = topicsCount < 0 ? null : new List<Topic>(topicsCount);
        for (int i = 0; i < topicsCount; i++)
        {
            message.Topics!.Add(Topic.Read(ref reader, version));
        }

        message.TimeoutMs = reader.ReadInt32("TimeoutMs");
        reader.SkipTags();
        reader.End();
        return message;
    }

    /// <inheritdoc/>
    public void Write(KafkaWriter writer, short version)
    {
        writer.Begin("ElectLeadersRequest", version, min: 0, max: 2, flexible: 2);
        if (version >= 1)
        {
            writer.WriteInt8(ElectionType);
        }
        else
        {
            writer.Omit("ElectionType", isSet: ElectionType != 0);
        }

        writer.WriteNullableCount(Topics, "Topics");
        if (Topics is not null)
        {
            foreach (Topic element in Topics)
            {
                element.Write(writer, version);
            }
        }

        writer.WriteInt32(TimeoutMs);
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
            structure.Name = reader.ReadString("Topics[].Name");
            reader.ReadInt32s(structure.PartitionIndexes, "Topics[].PartitionIndexes");
            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteString(Name, "Topics[].Name");
            writer.WriteInt32s(PartitionIndexes, "Topics[].PartitionIndexes");
            writer.WriteNoTags();
        }
    }
}
