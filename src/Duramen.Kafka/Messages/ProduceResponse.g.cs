// Generated from Schema/Produce.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The response of the API that appends record batches to partitions.</summary>
public sealed class ProduceResponse : IKafkaResponse<ProduceResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.Produce;

    /// <summary>The topics.</summary>
    public List<Topic> Topics { get; set; } = [];

    /// <summary>How long the caller should wait before its next request, in milliseconds.</summary>
    public int ThrottleTimeMs { get; set; }

    /// <inheritdoc/>
    public static ProduceResponse Read(ref KafkaReader reader, short version)
    {
        reader.Begin("ProduceResponse", version, min: 3, max: 9, flexible: 9);
        var message = new ProduceResponse();
        int topicsCount = reader.ReadCount("Topics", minElementSizeBytes: 3);
        message.Topics.EnsureCapacity(topicsCount);
        for (int i = 0; i < topicsCount; i++)
        {
            message.Topics.Add(Topic.Read(ref reader, version));
        }

        message.ThrottleTimeMs = reader.ReadInt32("ThrottleTimeMs");
        reader.SkipTags();
        reader.End();
        return message;
    }

    /// <inheritdoc/>
    public void Write(KafkaWriter writer, short version)
    {
        writer.Begin("ProduceResponse", version, min: 3, max: 9, flexible: 9);
        writer.WriteCount(Topics, "Topics");
        foreach (Topic element in Topics)
        {
            element.Write(writer, version);
        }

        writer.WriteInt32(ThrottleTimeMs);
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
            int partitionsCount = reader.ReadCount("Topics[].Partitions", minElementSizeBytes: 22);
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

        /// <summary>The offset of the first record; -1 after an error.</summary>
        public long BaseOffset { get; set; }

        /// <summary>The time that all records were given, in milliseconds since 1970; -1 when they keep their own.</summary>
        public long LogAppendTimeMs { get; set; } = -1;

        /// <summary>The first offset that can be read; -1 when it is not known.</summary>
        public long LogStartOffset { get; set; } = -1;

        /// <summary>The records because of which the batch was refused.</summary>
        public List<RecordError> RecordErrors { get; set; } = [];

        /// <summary>What went wrong, for a person.</summary>
        public string? ErrorMessage { get; set; }

        internal static Partition Read(ref KafkaReader reader, short version)
        {
            var structure = new Partition();
            structure.Index = reader.ReadInt32("Topics[].Partitions[].Index");
            structure.ErrorCode = reader.ReadError("Topics[].Partitions[].ErrorCode");
            structure.BaseOffset = reader.ReadInt64("Topics[].Partitions[].BaseOffset");
            structure.LogAppendTimeMs = reader.ReadInt64("Topics[].Partitions[].LogAppendTimeMs");
            if (version >= 5)
            {
                structure.LogStartOffset = reader.ReadInt64("Topics[].Partitions[].LogStartOffset");
            }

            if (version >= 8)
            {
                int recordErrorsCount = reader.ReadCount("Topics[].Partitions[].RecordErrors", minElementSizeBytes: 6);
                structure.RecordErrors.EnsureCapacity(recordErrorsCount);
                for (int i = 0; i < recordErrorsCount; i++)
                {
                    structure.RecordErrors.Add(RecordError.Read(ref reader, version));
                }
            }

            if (version >= 8)
            {
                structure.ErrorMessage = reader.ReadNullableString("Topics[].Partitions[].ErrorMessage");
            }

            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteInt32(Index);
            writer.WriteError(ErrorCode);
            writer.WriteInt64(BaseOffset);
            writer.WriteInt64(LogAppendTimeMs);
            if (version >= 5)
            {
                writer.WriteInt64(LogStartOffset);
            }

            if (version >= 8)
            {
                writer.WriteCount(RecordErrors, "Topics[].Partitions[].RecordErrors");
                foreach (RecordError element in RecordErrors)
                {
                    element.Write(writer, version);
                }
            }

            if (version >= 8)
            {
                writer.WriteNullableString(ErrorMessage, "Topics[].Partitions[].ErrorMessage");
            }

            writer.WriteNoTags();
        }
    }

    /// <summary>An element of <c>RecordErrors</c>.</summary>
    public sealed class RecordError
    {
        /// <summary>The index of the record in its batch.</summary>
        public int BatchIndex { get; set; }

        /// <summary>What is wrong with the record, for a person.</summary>
        public string? Message { get; set; }

        internal static RecordError Read(ref KafkaReader reader, short version)
        {
            var structure = new RecordError();
            structure.BatchIndex = reader.ReadInt32("Topics[].Partitions[].RecordErrors[].BatchIndex");
            structure.Message = reader.ReadNullableString("Topics[].Partitions[].RecordErrors[].Message");
            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteInt32(BatchIndex);
            writer.WriteNullableString(Message, "Topics[].Partitions[].RecordErrors[].Message");
            writer.WriteNoTags();
        }
    }
}
