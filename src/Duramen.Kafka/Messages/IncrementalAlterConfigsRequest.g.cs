// Generated from Schema/IncrementalAlterConfigs.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The request of the API that changes some settings of topics and brokers and leaves the others.</summary>
public sealed class IncrementalAlterConfigsRequest : IKafkaRequest<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.IncrementalAlterConfigs;

    /// <summary>The resources.</summary>
    public List<Resource> Resources { get; set; } = [];

    /// <summary>Whether to check only and change nothing.</summary>
    public bool ValidateOnly { get; set; }

    /// <inheritdoc/>
    public static IncrementalAlterConfigsRequest Read(ref KafkaReader reader, short version)
    {
        reader.Begin("IncrementalAlterConfigsRequest", version, min: 0, max: 1, flexible: 1);
        var message = new IncrementalAlterConfigsRequest();
        int resourcesCount = reader.ReadCount("Resources", minElementSizeBytes: 4);
        message.Resources.EnsureCapacity(resourcesCount);
        for (int i = 0; i < resourcesCount; i++)
        {
            message.Resources.Add(Resource.Read(ref reader, version));
        }

        message.ValidateOnly = reader.ReadBoolean("ValidateOnly");
        reader.SkipTags();
        reader.End();
        return message;
    }

    /// <inheritdoc/>
    public void Write(KafkaWriter writer, short version)
    {
        writer.Begin("IncrementalAlterConfigsRequest", version, min: 0, max: 1, flexible: 1);
        writer.WriteCount(Resources, "Resources");
        foreach (Resource element in Resources)
        {
            element.Write(writer, version);
        }

        writer.WriteBoolean(ValidateOnly);
        writer.WriteNoTags();
    }

    /// <summary>An element of <c>Resources</c>.</summary>
    public sealed class Resource
    {
        /// <summary>What is configured: 2 a topic, 4 a broker, 8 a broker's loggers.</summary>
        public sbyte ResourceType { get; set; }

        /// <summary>The name of the resource.</summary>
        public string ResourceName { get; set; } = "";

        /// <summary>The settings to change.</summary>
        public List<Config> Configs { get; set; } = [];

        internal static Resource Read(ref KafkaReader reader, short version)
        {
            var structure = new Resource();
            structure.ResourceType = reader.ReadInt8("Resources[].ResourceType");
            structure.ResourceName = reader.ReadString("Resources[].ResourceName");
            int configsCount = reader.ReadCount("Resources[].Configs", minElementSizeBytes: 4);
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
            writer.WriteInt8(ResourceType);
            writer.WriteString(ResourceName, "Resources[].ResourceName");
            writer.WriteCount(Configs, "Resources[].Configs");
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

        /// <summary>What to do: 0 set, 1 delete, 2 append to a list, 3 take from a list.</summary>
        public sbyte Operation { get; set; }

        /// <summary>The value; null to delete.</summary>
        public string? Value { get; set; }

        internal static Config Read(ref KafkaReader reader, short version)
        {
            var structure = new Config();
            structure.Name = reader.ReadString("Resources[].Configs[].Name");
            structure.Operation = reader.ReadInt8("Resources[].Configs[].Operation");
            structure.Value = reader.ReadNullableString("Resources[].Configs[].Value");
            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteString(Name, "Resources[].Configs[].Name");
            writer.WriteInt8(Operation);
            writer.WriteNullableString(Value, "Resources[].Configs[].Value");
            writer.WriteNoTags();
        }
    }
}
