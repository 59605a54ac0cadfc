// Generated from Schema/ListPartitionReassignments.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The request of the API that lists the partitions whose replicas are being moved to other brokers.</summary>
public sealed class ListPartitionReassignmentsRequest : IKafkaRequest<ListPartitionReassignmentsRequest, ListPartitionReassignmentsResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.ListPartitionReassignments;

    /// <summary>How long the server may take, in milliseconds.</summary>
    public int TimeoutMs { get; set; } = 60000;

    /// <summary>The partitions asked for; null for all.</summary>
    public List<Topic>? Topics { get; set; }

    /// <inheritdoc/>
    public static ListPartitionReassignmentsRequest Read(ref KafkaReader reader, short version)
    {
        reader.Begin("ListPartitionReassignmentsRequest", version, min: 0, max: 0, flexible: 0);
        var message = new ListPartitionReassignmentsRequest();
        message.TimeoutMs = reader.ReadInt32("TimeoutMs");
        int topicsCount = reader.ReadNullableCount("Topics", minElementSizeBytes: 3);
        message.Topics = topicsCount < 0 ? null : new List<Topic>(topicsCount);
        for (int i = 0; i < topicsCount; i++)
        {
            message.Topics!.Add(Topic.Read(ref reader, version));
        }

        reader.SkipTags();
        reader.End();
        return message;
    }

    /// <inheritdoc/>
    public void Write(KafkaWriter writer, short version)
    {
        writer.Begin("ListPartitionReassignmentsRequest", version, min: 0, max: 0, flexible: 0);
        writer.WriteInt32(TimeoutMs);
        writer.WriteNullableCount(Topics, "Topics");
        if (Topics is not null)
        {
            foreach (Topic element in Topics)
            {
                element.Write(writer, version);
            }
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
