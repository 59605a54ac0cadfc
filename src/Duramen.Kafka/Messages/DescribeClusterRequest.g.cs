// Generated from Schema/DescribeCluster.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The request of the API that describes the cluster and its brokers.</summary>
public sealed class DescribeClusterRequest : IKafkaRequest<DescribeClusterRequest, DescribeClusterResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.DescribeCluster;

    /// <summary>Whether to say which operations the caller may do.</summary>
    public bool IncludeAuthorizedOperations { get; set; }

    /// <inheritdoc/>
    public static DescribeClusterRequest Read(ref KafkaReader reader, short version)
    {
        reader.Begin("DescribeClusterRequest", version, min: 0, max: 0, flexible: 0);
        var message = new DescribeClusterRequest();
        message.IncludeAuthorizedOperations = reader.ReadBoolean("IncludeAuthorizedOperations");
        reader.SkipTags();
        reader.End();
        return message;
    }

    /// <inheritdoc/>
    public void Write(KafkaWriter writer, short version)
    {
        writer.Begin("DescribeClusterRequest", version, min: 0, max: 0, flexible: 0);
        writer.WriteBoolean(IncludeAuthorizedOperations);
        writer.WriteNoTags();
    }
}
