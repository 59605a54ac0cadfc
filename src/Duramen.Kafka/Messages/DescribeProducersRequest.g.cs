// Generated from Schema/DescribeProducers.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The request of the API that describes the producers that partitions remember.</summary>
public sealed class DescribeProducersRequest : IKafkaRequest<DescribeProducersRequest, DescribeProducersResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.DescribeProducers;

    /// <summary>The topics.</summary>
    public List<Topic> Topics { get; set; } = [];

    /// <inheritdoc/>
    public static DescribeProducersRequest Read(ref KafkaReader reader, short version)
    {
        reader.Begin("DescribeProducersRequest", version, min: 0, max: 0, flexible: 0);
        var message = new DescribeProducersRequest();
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
        writer.Begin("DescribeProducersRequest", version, min: 0, max: 0, flexible: 0);
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
