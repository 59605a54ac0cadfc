// Generated from Schema/DeleteTopics.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The request of the API that deletes topics.</summary>
public sealed class DeleteTopicsRequest : IKafkaRequest<DeleteTopicsRequest, DeleteTopicsResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.DeleteTopics;

    /// <summary>The topics, each by its name or by its id.</summary>
    public List<Topic> Topics { get; set; } = [];

    /// <summary>The names of the topics.</summary>
    public List<string> TopicNames { get; set; } = [];

    /// <summary>How long the server may take, in milliseconds.</summary>
    public int TimeoutMs { get; set; }

    /// <inheritdoc/>
    public static DeleteTopicsRequest Read(ref KafkaReader reader, short version)
    {
        reader.Begin("DeleteTopicsRequest", version, min: 0, max: 6, flexible: 4);
        var message = new DeleteTopicsRequest();
        if (version >= 6)
        {
            int topicsCount = reader.ReadCount("Topics", minElementSizeBytes: 18);
            message.Topics.EnsureCapacity(topicsCount);
            for (int i = 0; i < topicsCount; i++)
            {
                message.Topics.Add(Topic.Read(ref reader, version));
            }
        }

        if (version <= 5)
        {
            reader.ReadStrings(message.TopicNames, "TopicNames");
        }

        message.TimeoutMs = reader.ReadInt32("TimeoutMs");
        reader.SkipTags();
        reader.End();
        return message;
    }

    /// <inheritdoc/>
    public void Write(KafkaWriter writer, short version)
    {
        writer.Begin("DeleteTopicsRequest", version, min: 0, max: 6, flexible: 4);
        if (version >= 6)
        {
            writer.WriteCount(Topics, "Topics");
            foreach (Topic element in Topics)
            {
                element.Write(writer, version);
            }
        }
        else
        {
            writer.Omit("Topics", isSet: Topics.Count > 0);
        }

        if (version <= 5)
        {
            writer.WriteStrings(TopicNames, "TopicNames");
        }
        else
        {
            writer.Omit("TopicNames", isSet: TopicNames.Count > 0);
        }

        writer.WriteInt32(TimeoutMs);
        writer.WriteNoTags();
    }

    /// <summary>An element of <c>Topics</c>.</summary>
    public sealed class Topic
    {
        /// <summary>The name.</summary>
        public string? Name { get; set; }

        /// <summary>The id of the topic; all zero when it is not known.</summary>
        public Guid TopicId { get; set; }

        internal static Topic Read(ref KafkaReader reader, short version)
        {
            var structure = new Topic();
            structure.Name = reader.ReadNullableString("Topics[].Name");
            structure.TopicId = reader.ReadUuid("Topics[].TopicId");
            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteNullableString(Name, "Topics[].Name");
            writer.WriteUuid(TopicId);
            writer.WriteNoTags();
        }
    }
}
