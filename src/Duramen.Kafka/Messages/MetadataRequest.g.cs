// Generated from Schema/Metadata.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The request of the API that describes brokers, topics and who leads their partitions.</summary>
public sealed class MetadataRequest : IKafkaRequest<MetadataRequest, MetadataResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.Metadata;

    /// <summary>The topics asked for. Null for all; version 0 asks for all with none.</summary>
    public List<Topic>? Topics { get; set; }

    /// <summary>Whether a topic that does not exist may be created.</summary>
    public bool AllowAutoTopicCreation { get; set; } = true;

    /// <summary>Whether to say what the caller may do with the cluster.</summary>
    public bool IncludeClusterAuthorizedOperations { get; set; }

    /// <summary>Whether to say what the caller may do with each topic.</summary>
    public bool IncludeTopicAuthorizedOperations { get; set; }

    /// <inheritdoc/>
    public static MetadataRequest Read(ref KafkaReader reader, short version)
    {
        reader.Begin("MetadataRequest", version, min: 0, max: 13, flexible: 9);
        var message = new MetadataRequest();
        int topicsCount = version >= 1 ? reader.ReadNullableCount("Topics", minElementSizeBytes: 2) : reader.ReadCount("Topics", minElementSizeBytes: 2);
        message.Topics = topicsCount < 0 ? null : new List<Topic>(topicsCount);
        for (int i = 0; i < topicsCount; i++)
        {
            message.Topics!.Add(Topic.Read(ref reader, version));
        }

        if (version >= 4)
        {
            message.AllowAutoTopicCreation = reader.ReadBoolean("AllowAutoTopicCreation");
        }

        if (version is >= 8 and <= 10)
        {
            message.IncludeClusterAuthorizedOperations = reader.ReadBoolean("IncludeClusterAuthorizedOperations");
        }

        if (version >= 8)
        {
            message.IncludeTopicAuthorizedOperations = reader.ReadBoolean("IncludeTopicAuthorizedOperations");
        }

        reader.SkipTags();
        reader.End();
        return message;
    }

    /// <inheritdoc/>
    public void Write(KafkaWriter writer, short version)
    {
        writer.Begin("MetadataRequest", version, min: 0, max: 13, flexible: 9);
        if (version >= 1)
        {
            writer.WriteNullableCount(Topics, "Topics");
        }
        else
        {
            writer.WriteCount(Topics, "Topics");
        }

        if (Topics is not null)
        {
            foreach (Topic element in Topics)
            {
                element.Write(writer, version);
            }
        }

        if (version >= 4)
        {
            writer.WriteBoolean(AllowAutoTopicCreation);
        }
        else
        {
            writer.Omit("AllowAutoTopicCreation", isSet: !AllowAutoTopicCreation);
        }

        if (version is >= 8 and <= 10)
        {
            writer.WriteBoolean(IncludeClusterAuthorizedOperations);
        }
        else
        {
            writer.Omit("IncludeClusterAuthorizedOperations", isSet: IncludeClusterAuthorizedOperations);
        }

        if (version >= 8)
        {
            writer.WriteBoolean(IncludeTopicAuthorizedOperations);
        }
        else
        {
            writer.Omit("IncludeTopicAuthorizedOperations", isSet: IncludeTopicAuthorizedOperations);
        }

        writer.WriteNoTags();
    }

    /// <summary>An element of <c>Topics</c>.</summary>
    public sealed class Topic
    {
        /// <summary>The id of the topic; all zero when it is not known.</summary>
        public Guid TopicId { get; set; }

        /// <summary>The name.</summary>
        public string? Name { get; set; }

        internal static Topic Read(ref KafkaReader reader, short version)
        {
            var structure = new Topic();
            if (version >= 10)
            {
                structure.TopicId = reader.ReadUuid("Topics[].TopicId");
            }

            structure.Name = version >= 10 ? reader.ReadNullableString("Topics[].Name") : reader.ReadString("Topics[].Name");
            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            if (version >= 10)
            {
                writer.WriteUuid(TopicId);
            }

            if (version >= 10)
            {
                writer.WriteNullableString(Name, "Topics[].Name");
            }
            else
            {
                writer.WriteString(Name, "Topics[].Name");
            }

            writer.WriteNoTags();
        }
    }
}
