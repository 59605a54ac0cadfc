// Generated from Schema/DescribeProducers.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The response of the API that describes the producers that partitions remember.</summary>
public sealed class DescribeProducersResponse : IKafkaResponse<DescribeProducersResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.DescribeProducers;

    /// <summary>How long the caller should wait before its next request, in milliseconds.</summary>
    public int ThrottleTimeMs { get; set; }

    /// <summary>The topics.</summary>
    public List<Topic> Topics { get; set; } = [];

    /// <inheritdoc/>
    public static DescribeProducersResponse Read(ref KafkaReader reader, short version)
    {
        reader.Begin("DescribeProducersResponse", version, min: 0, max: 0, flexible: 0);
        var message = new DescribeProducersResponse();
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
        writer.Begin("DescribeProducersResponse", version, min: 0, max: 0, flexible: 0);
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
            int partitionsCount = reader.ReadCount("Topics[].Partitions", minElementSizeBytes: 9);
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

        /// <summary>What went wrong.</summary>
        public KafkaError ErrorCode { get; set; }

        /// <summary>What went wrong, for a person.</summary>
        public string? ErrorMessage { get; set; }

        /// <summary>The producers whose state the partition keeps.</summary>
        public List<Producer> ActiveProducers { get; set; } = [];

        internal static Partition Read(ref KafkaReader reader, short version)
        {
            var structure = new Partition();
            structure.Index = reader.ReadInt32("Topics[].Partitions[].Index");
            structure.ErrorCode = reader.ReadError("Topics[].Partitions[].ErrorCode");
            structure.ErrorMessage = reader.ReadNullableString("Topics[].Partitions[].ErrorMessage");
            int activeProducersCount = reader.ReadCount("Topics[].Partitions[].ActiveProducers", minElementSizeBytes: 37);
            structure.ActiveProducers.EnsureCapacity(activeProducersCount);
            for (int i = 0; i < activeProducersCount; i++)
            {
                structure.ActiveProducers.Add(Producer.Read(ref reader, version));
            }

            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteInt32(Index);
            writer.WriteError(ErrorCode);
            writer.WriteNullableString(ErrorMessage, "Topics[].Partitions[].ErrorMessage");
            writer.WriteCount(ActiveProducers, "Topics[].Partitions[].ActiveProducers");
            foreach (Producer element in ActiveProducers)
            {
                element.Write(writer, version);
            }

            writer.WriteNoTags();
        }
    }

    /// <summary>An element of <c>ActiveProducers</c>.</summary>
    public sealed class Producer
    {
        /// <summary>The producer id.</summary>
        public long ProducerId { get; set; }

        /// <summary>The epoch of the producer id.</summary>
        public int ProducerEpoch { get; set; }

        /// <summary>The sequence number of its last record; -1 for none.</summary>
        public int LastSequence { get; set; } = -1;

        /// <summary>The largest timestamp of its last batch, in milliseconds since 1970; -1 for none.</summary>
        public long LastTimestamp { get; set; } = -1;

        /// <summary>The epoch of the coordinator that last ended a transaction of it.</summary>
        public int CoordinatorEpoch { get; set; }

        /// <summary>The offset at which its open transaction began; -1 for none.</summary>
        public long CurrentTransactionStartOffset { get; set; } = -1;

        internal static Producer Read(ref KafkaReader reader, short version)
        {
            var structure = new Producer();
            structure.ProducerId = reader.ReadInt64("Topics[].Partitions[].ActiveProducers[].ProducerId");
            structure.ProducerEpoch = reader.ReadInt32("Topics[].Partitions[].ActiveProducers[].ProducerEpoch");
            structure.LastSequence = reader.ReadInt32("Topics[].Partitions[].ActiveProducers[].LastSequence");
            structure.LastTimestamp = reader.ReadInt64("Topics[].Partitions[].ActiveProducers[].LastTimestamp");
            structure.CoordinatorEpoch = reader.ReadInt32("Topics[].Partitions[].ActiveProducers[].CoordinatorEpoch");
            structure.CurrentTransactionStartOffset = reader.ReadInt64("Topics[].Partitions[].ActiveProducers[].CurrentTransactionStartOffset");
            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteInt64(ProducerId);
            writer.WriteInt32(ProducerEpoch);
            writer.WriteInt32(LastSequence);
            writer.WriteInt64(LastTimestamp);
            writer.WriteInt32(CoordinatorEpoch);
            writer.WriteInt64(CurrentTransactionStartOffset);
            writer.WriteNoTags();
        }
    }
}
