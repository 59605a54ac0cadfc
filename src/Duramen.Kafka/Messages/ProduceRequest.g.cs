// Generated from Schema/Produce.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The request of the API that appends record batches to partitions.</summary>
public sealed class ProduceRequest : IKafkaRequest<ProduceRequest, ProduceResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.Produce;

    /// <summary>The transactional id of the producer; null without transactions.</summary>
    public string? TransactionalId { get; set; }

    /// <summary>Whose writes to wait for: -1 every in-sync replica, 1 the leader, 0 nobody, and then there is no response.</summary>
    public short Acks { get; set; }

    /// <summary>How long the server may take, in milliseconds.</summary>
    public int TimeoutMs { get; set; }

    /// <summary>The topics.</summary>
    public List<Topic> Topics { get; set; } = [];

    /// <inheritdoc/>
    public static ProduceRequest Read(ref KafkaReader reader, short version)
    {
        reader.Begin("ProduceRequest", version, min: 3, max: 9, flexible: 9);
        var message = new ProduceRequest();
        message.TransactionalId = reader.ReadNullableString("TransactionalId");
        message.Acks = reader.ReadInt16("Acks");
        message.TimeoutMs = reader.ReadInt32("TimeoutMs");
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
        writer.Begin("ProduceRequest", version, min: 3, max: 9, flexible: 9);
        writer.WriteNullableString(TransactionalId, "TransactionalId");
        writer.WriteInt16(Acks);
        writer.WriteInt32(TimeoutMs);
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
            int partitionsCount = reader.ReadCount("Topics[].Partitions", minElementSizeBytes: 6);
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

        /// <summary>The batch to append.</summary>
        public RecordBytes Records { get; set; } = RecordBytes.Null;

        internal static Partition Read(ref KafkaReader reader, short version)
        {
            var structure = new Partition();
            structure.Index = reader.ReadInt32("Topics[].Partitions[].Index");
            structure.Records = reader.ReadNullableRecords("Topics[].Partitions[].Records");
            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteInt32(Index);
            writer.WriteNullableRecords(Records, "Topics[].Partitions[].Records");
            writer.WriteNoTags();
        }
    }
}
