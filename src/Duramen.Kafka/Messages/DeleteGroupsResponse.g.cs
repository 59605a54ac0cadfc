// Generated from Schema/DeleteGroups.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The response of the API that deletes groups that have no members.</summary>
public sealed class DeleteGroupsResponse : IKafkaResponse<DeleteGroupsResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.DeleteGroups;

    /// <summary>How long the caller should wait before its next request, in milliseconds.</summary>
    public int ThrottleTimeMs { get; set; }

    /// <summary>The answer for each group.</summary>
    public List<Result> Results { get; set; } = [];

    /// <inheritdoc/>
    public static DeleteGroupsResponse Read(ref KafkaReader reader, short version)
    {
        reader.Begin("DeleteGroupsResponse", version, min: 0, max: 2, flexible: 2);
        var message = new DeleteGroupsResponse();
        message.ThrottleTimeMs = reader.ReadInt32("ThrottleTimeMs");
        int resultsCount = reader.ReadCount("Results", minElementSizeBytes: 4);
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
        writer.Begin("DeleteGroupsResponse", version, min: 0, max: 2, flexible: 2);
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
        /// <summary>The id of the group.</summary>
        public string GroupId { get; set; } = "";

        /// <summary>What went wrong.</summary>
        public KafkaError ErrorCode { get; set; }

        internal static Result Read(ref KafkaReader reader, short version)
        {
            var structure = new Result();
            structure.GroupId = reader.ReadString("Results[].GroupId");
            structure.ErrorCode = reader.ReadError("Results[].ErrorCode");
            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteString(GroupId, "Results[].GroupId");
            writer.WriteError(ErrorCode);
            writer.WriteNoTags();
        }
    }
}
