// Generated from Schema/CreateTopics.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The request of the API that creates topics.</summary>
public sealed class CreateTopicsRequest : IKafkaRequest<CreateTopicsRequest, CreateTopicsResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.CreateTopics;

    /// <summary>The topics.</summary>
    public List<Topic> Topics { get; set; } = [];

    /// <summary>How long the server may take, in milliseconds.</summary>
    public int TimeoutMs { get; set; } = 60000;

    /// <summary>Whether to check only and change nothing.</summary>
    public bool ValidateOnly { get; set; }

    /// <inheritdoc/>
    public static CreateTopicsRequest Read(ref KafkaReader reader, short version)
    {
        reader.Begin("CreateTopicsRequest", version, min: 0, max: 7, flexible: 5);
        var message = new CreateTopicsRequest();
        int topicsCount = reader.ReadCount("Topics", minElementSizeBytes: 10);
        message.Topics.EnsureCapacity(topicsCount);
        for (int i = 0; i < topicsCount; i++)
        {
            message.Topics.Add(Topic.Read(ref reader, version));
        }

        message.TimeoutMs = reader.ReadInt32("TimeoutMs");
        if (version >= 1)
        {
            message.ValidateOnly = reader.ReadBoolean("ValidateOnly");
        }

        reader.SkipTags();
        reader.End();
        return message;
    }

    /// <inheritdoc/>
    public void Write(KafkaWriter writer, short version)
    {
        writer.Begin("CreateTopicsRequest", version, min: 0, max: 7, flexible: 5);
        writer.WriteCount(Topics, "Topics");
        foreach (Topic element in Topics)
        {
            element.Write(writer, version);
        }

        writer.WriteInt32(TimeoutMs);
        if (version >= 1)
        {
            writer.WriteBoolean(ValidateOnly);
        }
        else
        {
            writer.Omit("ValidateOnly", isSet: ValidateOnly);
        }

        writer.WriteNoTags();
    }

    /// <summary>An element of <c>Topics</c>.</summary>
    public sealed class Topic
    {
        /// <summary>The name.</summary>
        public string Name { get; set; } = "";

        /// <summary>The number of partitions; -1 as the server is configured or as assigned.</summary>
        public int NumPartitions { get; set; }

        /// <summary>The number of replicas; -1 as the server is configured or as assigned.</summary>
        public short ReplicationFactor { get; set; }

        /// <summary>Who holds each partition; empty to leave it to the server.</summary>
        public List<Assignment> Assignments { get; set; } = [];

        /// <summary>The settings of the topic.</summary>
        public List<Config> Configs { get; set; } = [];

        internal static Topic Read(ref KafkaReader reader, short version)
        {
            var structure = new Topic();
            structure.Name = reader.ReadString("Topics[].Name");
            structure.NumPartitions = reader.ReadInt32("Topics[].NumPartitions");
            structure.ReplicationFactor = reader.ReadInt16("Topics[].ReplicationFactor");
            int assignmentsCount = reader.ReadCount("Topics[].Assignments", minElementSizeBytes: 6);
            structure.Assignments.EnsureCapacity(assignmentsCount);
            for (int i = 0; i < assignmentsCount; i++)
            {
                structure.Assignments.Add(Assignment.Read(ref reader, version));
            }

            int configsCount = reader.ReadCount("Topics[].Configs", minElementSizeBytes: 3);
            structure.Configs.EnsureCapacity(configsCount);
            for (int i = 0; i < configsCount; i++)
            {
                structure.Configs.Add(Config.Read(ref reader, version));
            }

            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteString(Name, "Topics[].Name");
            writer.WriteInt32(NumPartitions);
            writer.WriteInt16(ReplicationFactor);
            writer.WriteCount(Assignments, "Topics[].Assignments");
            foreach (Assignment element in Assignments)
            {
                element.Write(writer, version);
            }

            writer.WriteCount(Configs, "Topics[].Configs");
            foreach (Config element in Configs)
            {
                element.Write(writer, version);
            }

            writer.WriteNoTags();
        }
    }

    /// <summary>An element of <c>Assignments</c>.</summary>
    public sealed class Assignment
    {
        /// <summary>The index of the partition in its topic.</summary>
        public int Index { get; set; }

        /// <summary>The brokers that hold the replicas, the preferred leader first.</summary>
        public List<int> BrokerIds { get; set; } = [];

        internal static Assignment Read(ref KafkaReader reader, short version)
        {
            var structure = new Assignment();
            structure.Index = reader.ReadInt32("Topics[].Assignments[].Index");
            reader.ReadInt32s(structure.BrokerIds, "Topics[].Assignments[].BrokerIds");
            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteInt32(Index);
            writer.WriteInt32s(BrokerIds, "Topics[].Assignments[].BrokerIds");
            writer.WriteNoTags();
        }
    }

    /// <summary>An element of <c>Configs</c>.</summary>
    public sealed class Config
    {
        /// <summary>The name.</summary>
        public string Name { get; set; } = "";

        /// <summary>The value; null when there is none or when it is a secret.</summary>
        public string? Value { get; set; }

        internal static Config Read(ref KafkaReader reader, short version)
        {
            var structure = new Config();
            structure.Name = reader.ReadString("Topics[].Configs[].Name");
            structure.Value = reader.ReadNullableString("Topics[].Configs[].Value");
            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteString(Name, "Topics[].Configs[].Name");
            writer.WriteNullableString(Value, "Topics[].Configs[].Value");
            writer.WriteNoTags();
        }
    }
}
