// Generated from Schema/DescribeConfigs.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The request of the API that describes the settings of topics and brokers.</summary>
public sealed class DescribeConfigsRequest : IKafkaRequest<DescribeConfigsRequest, DescribeConfigsResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.DescribeConfigs;

    /// <summary>The resources.</summary>
    public List<Resource> Resources { get; set; } = [];

    /// <summary>Whether to tell where else a value is set.</summary>
    public bool IncludeSynonyms { get; set; }

    /// <summary>Whether to tell what each setting does.</summary>
    public bool IncludeDocumentation { get; set; }

    /// <inheritdoc/>
    public static DescribeConfigsRequest Read(ref KafkaReader reader, short version)
    {
        reader.Begin("DescribeConfigsRequest", version, min: 0, max: 4, flexible: 4);
        var message = new DescribeConfigsRequest();
        int resourcesCount = reader.ReadCount("Resources", minElementSizeBytes: 4);
        message.Resources.EnsureCapacity(resourcesCount);
        for (int i = 0; i < resourcesCount; i++)
        {
            message.Resources.Add(Resource.Read(ref reader, version));
        }

        if (version >= 1)
        {
            message.IncludeSynonyms = reader.ReadBoolean("IncludeSynonyms");
        }

        if (version >= 3)
        {
            message.IncludeDocumentation = reader.ReadBoolean("IncludeDocumentation");
        }

        reader.SkipTags();
        reader.End();
        return message;
    }

    /// <inheritdoc/>
    public void Write(KafkaWriter writer, short version)
    {
        writer.Begin("DescribeConfigsRequest", version, min: 0, max: 4, flexible: 4);
        writer.WriteCount(Resources, "Resources");
        foreach (Resource element in Resources)
        {
            element.Write(writer, version);
        }

        if (version >= 1)
        {
            writer.WriteBoolean(IncludeSynonyms);
        }
        else
        {
            writer.Omit("IncludeSynonyms", isSet: IncludeSynonyms);
        }

        if (version >= 3)
        {
            writer.WriteBoolean(IncludeDocumentation);
        }
        else
        {
            writer.Omit("IncludeDocumentation", isSet: IncludeDocumentation);
        }

        writer.WriteNoTags();
    }

    /// <summary>An element of <c>Resources</c>.</summary>
    public sealed class Resource
    {
        /// <summary>What is configured: 2 a topic, 4 a broker, 8 a broker's loggers.</summary>
        public sbyte ResourceType { get; set; }

        /// <summary>The name of the resource.</summary>
        public string ResourceName { get; set; } = "";

        /// <summary>The names of the settings asked for; null for all.</summary>
        public List<string>? ConfigNames { get; set; }

        internal static Resource Read(ref KafkaReader reader, short version)
        {
            var structure = new Resource();
            structure.ResourceType = reader.ReadInt8("Resources[].ResourceType");
            structure.ResourceName = reader.ReadString("Resources[].ResourceName");
            structure.ConfigNames = reader.ReadNullableStrings("Resources[].ConfigNames");
            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteInt8(ResourceType);
            writer.WriteString(ResourceName, "Resources[].ResourceName");
            writer.WriteNullableStrings(ConfigNames, "Resources[].ConfigNames");
            writer.WriteNoTags();
        }
    }
}
