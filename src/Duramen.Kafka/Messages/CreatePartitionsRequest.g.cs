// Generated from Schema/CreatePartitions.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The request of the API that adds partitions to topics.</summary>
public sealed class CreatePartitionsRequest : IKafkaRequest<CreatePartitionsRequest, CreatePartitionsResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.CreatePartitions;

    /// <summary>The topics.</summary>
    public List<Topic> Topics { get; set; } = [];

    /// <summary>How long the server may take, in milliseconds.</summary>
    public int TimeoutMs { get; set; }

    /// <summary>Whether to check only and change nothing.</summary>
    public bool ValidateOnly { get; set; }

    /// <inheritdoc/>
    public static CreatePartitionsRequest Read(ref KafkaReader reader, short version)
    {
        reader.Begin("CreatePartitionsRequest", version, min: 0, max: 3, flexible: 2);
        var message = new CreatePartitionsRequest();
        int topicsCount = reader.ReadCount("Topics", minElementSizeBytes: 7);
        message.Topics.EnsureCapacity(topicsCount);
        for (int i = 0; i < topicsCount; i++)
        {
            message.Topics.Add(Topic.Read(ref reader, version));
        }

        message.TimeoutMs = reader.ReadInt32("TimeoutMs");
        message.ValidateOnly = reader.ReadBoolean("ValidateOnly");
        reader.SkipTags();
        reader.End();
        return message;
    }

    /// <inheritdoc/>
    public void Write(KafkaWriter writer, short version)
    {
        writer.Begin("CreatePartitionsRequest", version, min: 0, max: 3, flexible: 2);
        writer.WriteCount(Topics, "Topics");
        foreach (Topic element in Topics)
        {
            element.Write(writer, version);
        }

        writer.WriteInt32(TimeoutMs);
        writer.WriteBoolean(ValidateOnly);
        writer.WriteNoTags();
    }

    /// <summary>An element of <c>Topics</c>.</summary>
    public sealed class Topic
    {
        /// <summary>The name.</summary>
        public string Name { get; set; } = "";

        /// <summary>The number of partitions there are to be.</summary>
        public int Count { get; set; }

        /// <summary>Who holds each new partition; null to leave it to the server.</summary>
        public List<Assignment>? Assignments { get; set; }

        internal static Topic Read(ref KafkaReader reader, short version)
        {
            var structure = new Topic();
            structure.Name = reader.ReadString("Topics[].Name");
            structure.Count = reader.ReadInt32("Topics[].Count");
            int assignmentsCount = reader.ReadNullableCount("Topics[].Assignments", minElementSizeBytes: 2);
            structure.Assignments = assignmentsCount < 0 ? null : new List<Assignment>(assignmentsCount);
            for (int i = 0; i < assignmentsCount; i++)
            {
                structure.Assignments!.Add(Assignment.Read(ref reader, version));
            }

            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteString(Name, "Topics[].Name");
            writer.WriteInt32(Count);
            writer.WriteNullableCount(Assignments, "Topics[].Assignments");
            if (Assignments is not null)
            {
                foreach (Assignment element in Assignments)
                {
                    element.Write(writer, version);
                }
            }

            writer.WriteNoTags();
        }
    }

    /// <summary>An element of <c>Assignments</c>.</summary>
    public sealed class Assignment
    {
        /// <summary>The brokers that hold the replicas, the preferred leader first.</summary>
        public List<int> BrokerIds { get; set; } = [];

        internal static Assignment Read(ref KafkaReader reader, short version)
        {
            var structure = new Assignment();
            reader.ReadInt32s(structure.BrokerIds, "Topics[].Assignments[].BrokerIds");
            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteInt32s(BrokerIds, "Topics[].Assignments[].BrokerIds");
            writer.WriteNoTags();
        }
    }
}
