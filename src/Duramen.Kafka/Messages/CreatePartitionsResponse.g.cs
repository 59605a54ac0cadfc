// Generated from Schema/CreatePartitions.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The response of the API that adds partitions to topics.</summary>
public sealed class CreatePartitionsResponse : IKafkaResponse<CreatePartitionsResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.CreatePartitions;

    /// <summary>How long the caller should wait before its next request, in milliseconds.</summary>
    public int ThrottleTimeMs { get; set; }

    /// <summary>The topics.</summary>
    public List<Topic> Topics { get; set; } = [];

    /// <inheritdoc/>
    public static CreatePartitionsResponse Read(ref KafkaReader reader, short version)
    {
        reader.Begin("CreatePartitionsResponse", version, min: 0, max: 3, flexible: 2);
        var message = new CreatePartitionsResponse();
        message.ThrottleTimeMs = reader.ReadInt32("ThrottleTimeMs");
        int topicsCount = reader.ReadCount("Topics", minElementSizeBytes: 5);
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
        writer.Begin("CreatePartitionsResponse", version, min: 0, max: 3, flexible: 2);
        writer.WriteInt32(ThrottleTimeMs);
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

        /// <summary>What went wrong.</summary>
        public KafkaError ErrorCode { get; set; }

        /// <summary>What went wrong, for a person.</summary>
        public string? ErrorMessage { get; set; }

        internal static Topic Read(ref KafkaReader reader, short version)
        {
            var structure = new Topic();
            structure.Name = reader.ReadString("Topics[].Name");
            structure.ErrorCode = reader.ReadError("Topics[].ErrorCode");
            structure.ErrorMessage = reader.ReadNullableString("Topics[].ErrorMessage");
            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteString(Name, "Topics[].Name");
            writer.WriteError(ErrorCode);
            writer.WriteNullableString(ErrorMessage, "Topics[].ErrorMessage");
            writer.WriteNoTags();
        }
    }
}
