// Generated from Schema/AlterConfigs.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The request of the API that replaces all settings of topics and brokers.</summary>
public sealed class AlterConfigsRequest : IKafkaRequest<AlterConfigsRequest, AlterConfigsResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.AlterConfigs;

    /// <summary>The resources.</summary>
    public List<Resource> Resources { get; set; } = [];

    /// <summary>Whether to check only and change nothing.</summary>
    public bool ValidateOnly { get; set; }

    /// <inheritdoc/>
    public static AlterConfigsRequest Read(ref KafkaReader reader, short version)
    {
        reader.Begin("AlterConfigsRequest", version, min: 0, max: 2, flexible: 2);
        var message = new AlterConfigsRequest();
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
        writer.Begin("AlterConfigsRequest", version, min: 0, max: 2, flexible: 2);
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

        /// <summary>All the settings there are to be.</summary>
        public List<Config> Configs { get; set; } = [];

        internal static Resource Read(ref KafkaReader reader, short version)
        {
            var structure = new Resource();
            structure.ResourceType = reader.ReadInt8("Resources[].ResourceType");
            structure.ResourceName = reader.ReadString("Resources[].ResourceName");
            int configsCount = reader.ReadCount("Resources[].Configs", minElementSizeBytes: 3);
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

        /// <summary>The value; null for the default.</summary>
        public string? Value { get; set; }

        internal static Config Read(ref KafkaReader reader, short version)
        {
            var structure = new Config();
            structure.Name = reader.ReadString("Resources[].Configs[].Name");
            structure.Value = reader.ReadNullableString("Resources[].Configs[].Value");
            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteString(Name, "Resources[].Configs[].Name");
            writer.WriteNullableString(Value, "Resources[].Configs[].Value");
            writer.WriteNoTags();
        }
    }
}
