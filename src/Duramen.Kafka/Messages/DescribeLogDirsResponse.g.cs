// Generated from Schema/DescribeLogDirs.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The response of the API that describes the folders that hold partitions, and how large the partitions are.</summary>
public sealed class DescribeLogDirsResponse : IKafkaResponse<DescribeLogDirsResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.DescribeLogDirs;

    /// <summary>How long the caller should wait before its next request, in milliseconds.</summary>
    public int ThrottleTimeMs { get; set; }

    /// <summary>What went wrong.</summary>
    public KafkaError ErrorCode { get; set; }

    /// <summary>The folders.</summary>
    public List<Result> Results { get; set; } = [];

    /// <inheritdoc/>
    public static DescribeLogDirsResponse Read(ref KafkaReader reader, short version)
    {
        reader.Begin("DescribeLogDirsResponse", version, min: 1, max: 4, flexible: 2);
        var message = new DescribeLogDirsResponse();
        message.ThrottleTimeMs = reader.ReadInt32("ThrottleTimeMs");
        if (version >= 3)
        {
            message.ErrorCode = reader.ReadError("ErrorCode");
        }

        int resultsCount = reader.ReadCount("Results", minElementSizeBytes: 5);
        message.Results.EnsureCapacity(resultsCount);
        for (int i = 0; i < resultsCount; i++)
        {
            message.Results.Add(Result.Read(ref reader, version));
        }

        reader.SkipTags();
        reader.End();
        return message;
    }

    /// <inheritdoc/>
    public void Write(KafkaWriter writer, short version)
    {
        writer.Begin("DescribeLogDirsResponse", version, min: 1, max: 4, flexible: 2);
        writer.WriteInt32(ThrottleTimeMs);
        if (version >= 3)
        {
            writer.WriteError(ErrorCode);
        }

        writer.WriteCount(Results, "Results");
        foreach (Result element in Results)
        {
            element.Write(writer, version);
        }

        writer.WriteNoTags();
    }

    /// <summary>An element of <c>Results</c>.</summary>
    public sealed class Result
    {
        /// <summary>What went wrong.</summary>
        public KafkaError ErrorCode { get; set; }

        /// <summary>The path of the folder.</summary>
        public string LogDir { get; set; } = "";

        /// <summary>The topics.</summary>
        public List<Topic> Topics { get; set; } = [];

        /// <summary>The size of the volume, in bytes; -1 when it is not known.</summary>
        public long TotalBytes { get; set; } = -1;

        /// <summary>The free space of the volume, in bytes; -1 when it is not known.</summary>
        public long UsableBytes { get; set; } = -1;

        internal static Result Read(ref KafkaReader reader, short version)
        {
            var structure = new Result();
            structure.ErrorCode = reader.ReadError("Results[].ErrorCode");
            structure.LogDir = reader.ReadString("Results[].LogDir");
            int topicsCount = reader.ReadCount("Results[].Topics", minElementSizeBytes: 3);
            structure.Topics.EnsureCapacity(topicsCount);
            for (int i = 0; i < topicsCount; i++)
            {
                structure.Topics.Add(Topic.Read(ref reader, version));
            }

            if (version >= 4)
            {
                structure.TotalBytes = reader.ReadInt64("Results[].TotalBytes");
            }

            if (version >= 4)
            {
                structure.UsableBytes = reader.ReadInt64("Results[].UsableBytes");
            }

            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteError(ErrorCode);
            writer.WriteString(LogDir, "Results[].LogDir");
            writer.WriteCount(Topics, "Results[].Topics");
            foreach (Topic element in Topics)
            {
                element.Write(writer, version);
            }

            if (version >= 4)
            {
                writer.WriteInt64(TotalBytes);
            }

            if (version >= 4)
            {
                writer.WriteInt64(UsableBytes);
            }

            writer.WriteNoTags();
        }
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
            structure.Name = reader.ReadString("Results[].Topics[].Name");
            int partitionsCount = reader.ReadCount("Results[].Topics[].Partitions", minElementSizeBytes: 21);
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
            writer.WriteString(Name, "Results[].Topics[].Name");
            writer.WriteCount(Partitions, "Results[].Topics[].Partitions");
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

        /// <summary>What the partition takes, in bytes.</summary>
        public long SizeBytes { get; set; }

        /// <summary>How far it is behind what was committed; for a future copy, behind the current one.</summary>
        public long OffsetLag { get; set; }

        /// <summary>Whether it is a copy that will take the place of the current one.</summary>
        public bool IsFutureCopy { get; set; }

        internal static Partition Read(ref KafkaReader reader, short version)
        {
            var structure = new Partition();
            structure.Index = reader.ReadInt32("Results[].Topics[].Partitions[].Index");
            structure.SizeBytes = reader.ReadInt64("Results[].Topics[].Partitions[].SizeBytes");
            structure.OffsetLag = reader.ReadInt64("Results[].Topics[].Partitions[].OffsetLag");
            structure.IsFutureCopy = reader.ReadBoolean("Results[].Topics[].Partitions[].IsFutureCopy");
            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteInt32(Index);
            writer.WriteInt64(SizeBytes);
            writer.WriteInt64(OffsetLag);
            writer.WriteBoolean(IsFutureCopy);
            writer.WriteNoTags();
        }
    }
}
