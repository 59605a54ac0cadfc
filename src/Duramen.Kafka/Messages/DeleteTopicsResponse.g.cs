// Generated from Schema/DeleteTopics.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The response of the API that deletes topics.</summary>
public sealed class DeleteTopicsResponse : IKafkaResponse<DeleteTopicsResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.DeleteTopics;

    /// <summary>How long the caller should wait before its next request, in milliseconds.</summary>
    public int ThrottleTimeMs { get; set; }

    /// <summary>The topics.</summary>
    public List<Topic> Topics { get; set; } = [];

    /// <inheritdoc/>
    public static DeleteTopicsResponse Read(ref KafkaReader reader, short version)
    {
        reader.Begin("DeleteTopicsResponse", version, min: 0, max: 6, flexible: 4);
        var message = new DeleteTopicsResponse();
        if (version >= 1)
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
        writer.Begin("DeleteTopicsResponse", version, min: 0, max: 6, flexible: 4);
        if (version >= 1)
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
        public string? Name { get; set; }

        /// <summary>The id of the topic; all zero when it is not known.</summary>
        public Guid TopicId { get; set; }

        /// <summary>What went wrong.</summary>
        public KafkaError ErrorCode { get; set; }

        /// <summary>What went wrong, for a person.</summary>
        public string? ErrorMessage { get; set; }

        internal static Topic Read(ref KafkaReader reader, short version)
        {
            var structure = new Topic();
            structure.Name = version >= 6 ? reader.ReadNullableString("Topics[].Name") : reader.ReadString("Topics[].Name");
            if (version >= 6)
            {
                structure.TopicId = reader.ReadUuid("Topics[].TopicId");
            }

            structure.ErrorCode = reader.ReadError("Topics[].ErrorCode");
            if (version >= 5)
            {
                structure.ErrorMessage = reader.ReadNullableString("Topics[].ErrorMessage");
            }

            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            if (version >= 6)
            {
                writer.WriteNullableString(Name, "Topics[].Name");
            }
            else
            {
                writer.WriteString(Name, "Topics[].Name");
            }

            if (version >= 6)
            {
                writer.WriteUuid(TopicId);
            }

            writer.WriteError(ErrorCode);
            if (version >= 5)
            {
                writer.WriteNullableString(ErrorMessage, "Topics[].ErrorMessage");
            }

            writer.WriteNoTags();
        }
    }
}
