// Generated from Schema/DescribeCluster.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The response of the API that describes the cluster and its brokers.</summary>
public sealed class DescribeClusterResponse : IKafkaResponse<DescribeClusterResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.DescribeCluster;

    /// <summary>How long the caller should wait before its next request, in milliseconds.</summary>
    public int ThrottleTimeMs { get; set; }

    /// <summary>What went wrong.</summary>
    public KafkaError ErrorCode { get; set; }

    /// <summary>What went wrong, for a person.</summary>
    public string? ErrorMessage { get; set; }

    /// <summary>The id of the cluster.</summary>
    public string ClusterId { get; set; } = "";

    /// <summary>The node id of the controller; -1 when there is none.</summary>
    public int ControllerId { get; set; } = -1;

    /// <summary>The brokers of the cluster.</summary>
    public List<Broker> Brokers { get; set; } = [];

    /// <summary>A bit for each operation that the caller may do; -2147483648 when it was not asked for.</summary>
    public int AuthorizedOperations { get; set; } = -2147483648;

    /// <inheritdoc/>
    public static DescribeClusterResponse Read(ref KafkaReader reader, short version)
    {
        reader.Begin("DescribeClusterResponse", version, min: 0, max: 0, flexible: 0);
        var message = new DescribeClusterResponse();
        message.ThrottleTimeMs = reader.ReadInt32("ThrottleTimeMs");
        message.ErrorCode = reader.ReadError("ErrorCode");
        message.ErrorMessage = reader.ReadNullableString("ErrorMessage");
        message.ClusterId = reader.ReadString("ClusterId");
        message.ControllerId = reader.ReadInt32("ControllerId");
        int brokersCount = reader.ReadCount("Brokers", minElementSizeBytes: 11);
        message.Brokers.EnsureCapacity(brokersCount);
        for (int i = 0; i < brokersCount; i++)
        {
            message.Brokers.Add(Broker.Read(ref reader, version));
        }

        message.AuthorizedOperations = reader.ReadInt32("AuthorizedOperations");
        reader.SkipTags();
        reader.End();
        return message;
    }

    /// <inheritdoc/>
    public void Write(KafkaWriter writer, short version)
    {
        writer.Begin("DescribeClusterResponse", version, min: 0, max: 0, flexible: 0);
        writer.WriteInt32(ThrottleTimeMs);
        writer.WriteError(ErrorCode);
        writer.WriteNullableString(ErrorMessage, "ErrorMessage");
        writer.WriteString(ClusterId, "ClusterId");
        writer.WriteInt32(ControllerId);
        writer.WriteCount(Brokers, "Brokers");
        foreach (Broker element in Brokers)
        {
            element.Write(writer, version);
        }

        writer.WriteInt32(AuthorizedOperations);
        writer.WriteNoTags();
    }

    /// <summary>An element of <c>Brokers</c>.</summary>
    public sealed class Broker
    {
        /// <summary>The id of the node.</summary>
        public int NodeId { get; set; }

        /// <summary>The name or address to connect to.</summary>
        public string Host { get; set; } = "";

        /// <summary>The port to connect to.</summary>
        public int Port { get; set; }

        /// <summary>The rack it stands in; null when that is not known.</summary>
        public string? Rack { get; set; }

        internal static Broker Read(ref KafkaReader reader, short version)
        {
            var structure = new Broker();
            structure.NodeId = reader.ReadInt32("Brokers[].NodeId");
            structure.Host = reader.ReadString("Brokers[].Host");
            structure.Port = reader.ReadInt32("Brokers[].Port");
            structure.Rack = reader.ReadNullableString("Brokers[].Rack");
            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteInt32(NodeId);
            writer.WriteString(Host, "Brokers[].Host");
            writer.WriteInt32(Port);
            writer.WriteNullableString(Rack, "Brokers[].Rack");
            writer.WriteNoTags();
        }
    }
}
