// Generated from Schema/AlterConfigs.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The response of the API that replaces all settings of topics and brokers.</summary>
public sealed class AlterConfigsResponse : IKafkaResponse<AlterConfigsResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.AlterConfigs;

    /// <summary>How long the caller should wait before its next request, in milliseconds.</summary>
    public int ThrottleTimeMs { get; set; }

    /// <summary>The answer for each resource.</summary>
    public List<Result> Results { get; set; } = [];

    /// <inheritdoc/>
    public static AlterConfigsResponse Read(ref KafkaReader reader, short version)
    {
        reader.Begin("AlterConfigsResponse", version, min: 0, max: 2, flexible: 2);
        var message = new AlterConfigsResponse();
        message.ThrottleTimeMs = reader.ReadInt32("ThrottleTimeMs");
        int resultsCount = reader.ReadCount("Results", minElementSizeBytes: 6);
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
        writer.Begin("AlterConfigsResponse", version, min: 0, max: 2, flexible: 2);
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

        internal static Result Read(ref KafkaReader reader, short version)
        {
            var structure = new Result();
            structure.ErrorCode = reader.ReadError("Results[].ErrorCode");
            structure.ErrorMessage = reader.ReadNullableString("Results[].ErrorMessage");
            structure.ResourceType = reader.ReadInt8("Results[].ResourceType");
            structure.ResourceName = reader.ReadString("Results[].ResourceName");
            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteError(ErrorCode);
            writer.WriteNullableString(ErrorMessage, "Results[].ErrorMessage");
            writer.WriteInt8(ResourceType);
            writer.WriteString(ResourceName, "Results[].ResourceName");
            writer.WriteNoTags();
        }
    }
}
