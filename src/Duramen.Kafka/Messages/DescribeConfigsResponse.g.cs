// Generated from Schema/DescribeConfigs.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The response of the API that describes the settings of topics and brokers.</summary>
public sealed class DescribeConfigsResponse : IKafkaResponse<DescribeConfigsResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.DescribeConfigs;

    /// <summary>How long the caller should wait before its next request, in milliseconds.</summary>
    public int ThrottleTimeMs { get; set; }

    /// <summary>The answer for each resource.</summary>
    public List<Result> Results { get; set; } = [];

    /// <inheritdoc/>
    public static DescribeConfigsResponse Read(ref KafkaReader reader, short version)
    {
        reader.Begin("DescribeConfigsResponse", version, min: 0, max: 4, flexible: 4);
        var message = new DescribeConfigsResponse();
        message.ThrottleTimeMs = reader.ReadInt32("ThrottleTimeMs");
        int resultsCount = reader.ReadCount("Results", minElementSizeBytes: 7);
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
        writer.Begin("DescribeConfigsResponse", version, min: 0, max: 4, flexible: 4);
        writer.WriteInt32(ThrottleTimeMs);
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

        /// <summary>What went wrong, for a person.</summary>
        public string? ErrorMessage { get; set; }

        /// <summary>What is configured: 2 a topic, 4 a broker, 8 a broker's loggers.</summary>
        public sbyte ResourceType { get; set; }

        /// <summary>The name of the resource.</summary>
        public string ResourceName { get; set; } = "";

        /// <summary>The settings.</summary>
        public List<Config> Configs { get; set; } = [];

        internal static Result Read(ref KafkaReader reader, short version)
        {
            var structure = new Result();
            structure.ErrorCode = reader.ReadError("Results[].ErrorCode");
            structure.ErrorMessage = reader.ReadNullableString("Results[].ErrorMessage");
            structure.ResourceType = reader.ReadInt8("Results[].ResourceType");
            structure.ResourceName = reader.ReadString("Results[].ResourceName");
            int configsCount = reader.ReadCount("Results[].Configs", minElementSizeBytes: 7);
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
            writer.WriteError(ErrorCode);
            writer.WriteNullableString(ErrorMessage, "Results[].ErrorMessage");
            writer.WriteInt8(ResourceType);
            writer.WriteString(ResourceName, "Results[].ResourceName");
            writer.WriteCount(Configs, "Results[].Configs");
            foreach (Config element in Configs)
            {
                element.Write(writer, version);
            }

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

        /// <summary>Whether the value cannot be changed.</summary>
        public bool ReadOnly { get; set; }

        /// <summary>Whether nobody set it; later versions tell the source.</summary>
        public bool IsDefault { get; set; }

        /// <summary>Where the value comes from: 1 topic, 2 broker, 3 broker default, 4 broker file, 5 built in, 6 broker logger.</summary>
        public sbyte ConfigSource { get; set; } = -1;

        /// <summary>Whether the value is a secret, and therefore null here.</summary>
        public bool IsSensitive { get; set; }

        /// <summary>The places that set the value, the one that counts first.</summary>
        public List<Synonym> Synonyms { get; set; } = [];

        /// <summary>What the value is: 0 unknown, 1 boolean, 2 string, 3 int, 4 short, 5 long, 6 double, 7 list, 8 class, 9 password.</summary>
        public sbyte ConfigType { get; set; }

        /// <summary>What the setting does.</summary>
        public string? Documentation { get; set; }

        internal static Config Read(ref KafkaReader reader, short version)
        {
            var structure = new Config();
            structure.Name = reader.ReadString("Results[].Configs[].Name");
            structure.Value = reader.ReadNullableString("Results[].Configs[].Value");
            structure.ReadOnly = reader.ReadBoolean("Results[].Configs[].ReadOnly");
            if (version <= 0)
            {
                structure.IsDefault = reader.ReadBoolean("Results[].Configs[].IsDefault");
            }

            if (version >= 1)
            {
                structure.ConfigSource = reader.ReadInt8("Results[].Configs[].ConfigSource");
            }

            structure.IsSensitive = reader.ReadBoolean("Results[].Configs[].IsSensitive");
            if (version >= 1)
            {
                int synonymsCount = reader.ReadCount("Results[].Configs[].Synonyms", minElementSizeBytes: 4);
                structure.Synonyms.EnsureCapacity(synonymsCount);
                for (int i = 0; i < synonymsCount; i++)
                {
                    structure.Synonyms.Add(Synonym.Read(ref reader, version));
                }
            }

            if (version >= 3)
            {
                structure.ConfigType = reader.ReadInt8("Results[].Configs[].ConfigType");
            }

            if (version >= 3)
            {
                structure.Documentation = reader.ReadNullableString("Results[].Configs[].Documentation");
            }

            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteString(Name, "Results[].Configs[].Name");
            writer.WriteNullableString(Value, "Results[].Configs[].Value");
            writer.WriteBoolean(ReadOnly);
            if (version <= 0)
            {
                writer.WriteBoolean(IsDefault);
            }

            if (version >= 1)
            {
                writer.WriteInt8(ConfigSource);
            }

            writer.WriteBoolean(IsSensitive);
            if (version >= 1)
            {
                writer.WriteCount(Synonyms, "Results[].Configs[].Synonyms");
                foreach (Synonym element in Synonyms)
                {
                    element.Write(writer, version);
                }
            }

            if (version >= 3)
            {
                writer.WriteInt8(ConfigType);
            }

            if (version >= 3)
            {
                writer.WriteNullableString(Documentation, "Results[].Configs[].Documentation");
            }

            writer.WriteNoTags();
        }
    }

    /// <summary>An element of <c>Synonyms</c>.</summary>
    public sealed class Synonym
    {
        /// <summary>The name.</summary>
        public string Name { get; set; } = "";

        /// <summary>The value; null when there is none or when it is a secret.</summary>
        public string? Value { get; set; }

        /// <summary>Where the value comes from: 1 topic, 2 broker, 3 broker default, 4 broker file, 5 built in, 6 broker logger.</summary>
        public sbyte ConfigSource { get; set; }

        internal static Synonym Read(ref KafkaReader reader, short version)
        {
            var structure = new Synonym();
            structure.Name = reader.ReadString("Results[].Configs[].Synonyms[].Name");
            structure.Value = reader.ReadNullableString("Results[].Configs[].Synonyms[].Value");
            structure.ConfigSource = reader.ReadInt8("Results[].Configs[].Synonyms[].ConfigSource");
            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteString(Name, "Results[].Configs[].Synonyms[].Name");
            writer.WriteNullableString(Value, "Results[].Configs[].Synonyms[].Value");
            writer.WriteInt8(ConfigSource);
            writer.WriteNoTags();
        }
    }
}
