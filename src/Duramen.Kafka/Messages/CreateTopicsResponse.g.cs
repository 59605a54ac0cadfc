// Generated from Schema/CreateTopics.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The response of the API that creates topics.</summary>
public sealed class CreateTopicsResponse : IKafkaResponse<CreateTopicsResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.CreateTopics;

    /// <summary>How long the caller should wait before its next request, in milliseconds.</summary>
    public int ThrottleTimeMs { get; set; }

    /// <summary>The topics.</summary>
    public List<Topic> Topics { get; set; } = [];

    /// <inheritdoc/>
    public static CreateTopicsResponse Read(ref KafkaReader reader, short version)
    {
        reader.Begin("CreateTopicsResponse", version, min: 0, max: 7, flexible: 5);
        var message = new CreateTopicsResponse();
        if (version >= 2)
        {
            message.ThrottleTimeMs = reader.ReadInt32("ThrottleTimeMs");
        }

        int topicsCount = reader.ReadCount("Topics", minElementSizeBytes: 4);
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
        writer.Begin("CreateTopicsResponse", version, min: 0, max: 7, flexible: 5);
        if (version >= 2)
        {
            writer.WriteInt32(ThrottleTimeMs);
        }

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

        /// <summary>The id of the topic; all zero when it is not known.</summary>
        public Guid TopicId { get; set; }

        /// <summary>What went wrong.</summary>
        public KafkaError ErrorCode { get; set; }

        /// <summary>What went wrong, for a person.</summary>
        public string? ErrorMessage { get; set; }

        /// <summary>Why the settings are not told.</summary>
        public KafkaError ConfigErrorCode { get; set; }

        /// <summary>The number of partitions; -1 when it is not told.</summary>
        public int NumPartitions { get; set; } = -1;

        /// <summary>The number of replicas; -1 when it is not told.</summary>
        public short ReplicationFactor { get; set; } = -1;

        /// <summary>The settings of the topic; null when they are not told.</summary>
        public List<Config>? Configs { get; set; }

        internal static Topic Read(ref KafkaReader reader, short version)
        {
            var structure = new Topic();
            structure.Name = reader.ReadString("Topics[].Name");
            if (version >= 7)
            {
                structure.TopicId = reader.ReadUuid("Topics[].TopicId");
            }

            structure.ErrorCode = reader.ReadError("Topics[].ErrorCode");
            if (version >= 1)
            {
                structure.ErrorMessage = reader.ReadNullableString("Topics[].ErrorMessage");
            }

            if (version >= 5)
            {
                structure.NumPartitions = reader.ReadInt32("Topics[].NumPartitions");
            }

            if (version >= 5)
            {
                structure.ReplicationFactor = reader.ReadInt16("Topics[].ReplicationFactor");
            }

            if (version >= 5)
            {
                int configsCount = reader.ReadNullableCount("Topics[].Configs", minElementSizeBytes: 6);
                structure.Configs = configsCount < 0 ? null : new List<Config>(configsCount);
                for (int i = 0; i < configsCount; i++)
                {
                    structure.Configs!.Add(Config.Read(ref reader, version));
                }
            }

            TaggedFields tags = reader.ReadTags();
            while (reader.TryReadTag(ref tags))
            {
                switch (tags.Tag)
                {
                    case 0:
                        structure.ConfigErrorCode = reader.ReadError("Topics[].ConfigErrorCode");
                        break;
                    default:
                        reader.SkipTag(tags);
                        break;
                }
            }

            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteString(Name, "Topics[].Name");
            if (version >= 7)
            {
                writer.WriteUuid(TopicId);
            }

            writer.WriteError(ErrorCode);
            if (version >= 1)
            {
                writer.WriteNullableString(ErrorMessage, "Topics[].ErrorMessage");
            }

            if (version >= 5)
            {
                writer.WriteInt32(NumPartitions);
            }

            if (version >= 5)
            {
                writer.WriteInt16(ReplicationFactor);
            }

            if (version >= 5)
            {
                writer.WriteNullableCount(Configs, "Topics[].Configs");
                if (Configs is not null)
                {
                    foreach (Config element in Configs)
                    {
                        element.Write(writer, version);
                    }
                }
            }

            bool hasConfigErrorCode = version >= 5 && ConfigErrorCode != KafkaError.None;
            writer.WriteTagCount((hasConfigErrorCode ? 1 : 0));
            if (hasConfigErrorCode)
            {
                int start = writer.BeginTag(0);
                writer.WriteError(ConfigErrorCode);
                writer.EndTag(start);
            }
        }
    }

    /// <summary>An element of <c>Configs</c>.</summary>
    public sealed class Config
    {
        /// <summary>The name.</summary>
        public string Name { get; set; } = "";

        /// <summary>The value; null when there is none or when it is a secret.</summary>
        public string? Value { get; set; }

        /// <summary>Whether the value cannot be changed.</summary>
        public bool ReadOnly { get; set; }

        /// <summary>Where the value comes from: 1 topic, 2 broker, 3 broker default, 4 broker file, 5 built in, 6 broker logger.</summary>
        public sbyte ConfigSource { get; set; } = -1;

        /// <summary>Whether the value is a secret, and therefore null here.</summary>
        public bool IsSensitive { get; set; }

        internal static Config Read(ref KafkaReader reader, short version)
        {
            var structure = new Config();
            structure.Name = reader.ReadString("Topics[].Configs[].Name");
            structure.Value = reader.ReadNullableString("Topics[].Configs[].Value");
            structure.ReadOnly = reader.ReadBoolean("Topics[].Configs[].ReadOnly");
            structure.ConfigSource = reader.ReadInt8("Topics[].Configs[].ConfigSource");
            structure.IsSensitive = reader.ReadBoolean("Topics[].Configs[].IsSensitive");
            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteString(Name, "Topics[].Configs[].Name");
            writer.WriteNullableString(Value, "Topics[].Configs[].Value");
            writer.WriteBoolean(ReadOnly);
            writer.WriteInt8(ConfigSource);
            writer.WriteBoolean(IsSensitive);
            writer.WriteNoTags();
        }
    }
}
