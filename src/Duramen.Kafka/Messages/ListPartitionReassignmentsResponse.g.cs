// Generated from Schema/ListPartitionReassignments.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The response of the API that lists the partitions whose replicas are being moved to other brokers.</summary>
public sealed class ListPartitionReassignmentsResponse : IKafkaResponse<ListPartitionReassignmentsResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.ListPartitionReassignments;

    /// <summary>How long the caller should wait before its next request, in milliseconds.</summary>
    public int ThrottleTimeMs { get; set; }

    /// <summary>What went wrong.</summary>
    public KafkaError ErrorCode { get; set; }

    /// <summary>What went wrong, for a person.</summary>
    public string? ErrorMessage { get; set; }

    /// <summary>The topics.</summary>
    public List<Topic> Topics { get; set; } = [];

    /// <inheritdoc/>
    public static ListPartitionReassignmentsResponse Read(ref KafkaReader reader, short version)
    {
        reader.Begin("ListPartitionReassignmentsResponse", version, min: 0, max: 0, flexible: 0);
        var message = new ListPartitionReassignmentsResponse();
        message.ThrottleTimeMs = reader.ReadInt32("ThrottleTimeMs");
        message.ErrorCode = reader.ReadError("ErrorCode");
        message.ErrorMessage = reader.ReadNullableString("ErrorMessage");
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
        writer.Begin("ListPartitionReassignmentsResponse", version, min: 0, max: 0, flexible: 0);
        writer.WriteInt32(ThrottleTimeMs);
        writer.WriteError(ErrorCode);
        writer.WriteNullableString(ErrorMessage, "ErrorMessage");
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
            int partitionsCount = reader.ReadCount("Topics[].Partitions", minElementSizeBytes: 8);
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

        /// <summary>The brokers that have a replica now or are to have one.</summary>
        public List<int> Replicas { get; set; } = [];

        /// <summary>The brokers that are to have one.</summary>
        public List<int> AddingReplicas { get; set; } = [];

        /// <summary>The brokers that are to have one no longer.</summary>
        public List<int> RemovingReplicas { get; set; } = [];

        internal static Partition Read(ref KafkaReader reader, short version)
        {
            var structure = new Partition();
            structure.Index = reader.ReadInt32("Topics[].Partitions[].Index");
            reader.ReadInt32s(structure.Replicas, "Topics[].Partitions[].Replicas");
            reader.ReadInt32s(structure.AddingReplicas, "Topics[].Partitions[].AddingReplicas");
            reader.ReadInt32s(structure.RemovingReplicas, "Topics[].Partitions[].RemovingReplicas");
            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteInt32(Index);
            writer.WriteInt32s(Replicas, "Topics[].Partitions[].Replicas");
            writer.WriteInt32s(AddingReplicas, "Topics[].Partitions[].AddingReplicas");
            writer.WriteInt32s(RemovingReplicas, "Topics[].Partitions[].RemovingReplicas");
            writer.WriteNoTags();
        }
    }
}
