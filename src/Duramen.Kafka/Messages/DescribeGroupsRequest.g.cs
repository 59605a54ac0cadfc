// Generated from Schema/DescribeGroups.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The request of the API that describes groups and their members.</summary>
public sealed class DescribeGroupsRequest : IKafkaRequest<DescribeGroupsRequest, DescribeGroupsResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.DescribeGroups;

    /// <summary>The ids of the groups.</summary>
    public List<string> Groups { get; set; } = [];

    /// <summary>Whether to say which operations the caller may do.</summary>
    public bool IncludeAuthorizedOperations { get; set; }

    /// <inheritdoc/>
    public static DescribeGroupsRequest Read(ref KafkaReader reader, short version)
    {
        reader.Begin("DescribeGroupsRequest", version, min: 0, max: 5, flexible: 5);
        var message = new DescribeGroupsRequest();
        reader.ReadStrings(message.Groups, "Groups");
        if (version >= 3)
        {
            message.IncludeAuthorizedOperations = reader.ReadBoolean("IncludeAuthorizedOperations");
        }

        reader.SkipTags();
        reader.End();
        return message;
    }

    /// <inheritdoc/>
    public void Write(KafkaWriter writer, short version)
    {
        writer.Begin("DescribeGroupsRequest", version, min: 0, max: 5, flexible: 5);
        writer.WriteStrings(Groups, "Groups");
        if (version >= 3)
        {
            writer.WriteBoolean(IncludeAuthorizedOperations);
        }
        else
        {
            writer.Omit("IncludeAuthorizedOperations", isSet: IncludeAuthorizedOperations);
        }

        writer.WriteNoTags();
    }
}
