// Generated from Schema/FindCoordinator.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The response of the API that finds the coordinator of a group or of a transactional id. Versions from 4 on ask for several at once.</summary>
public sealed class FindCoordinatorResponse : IKafkaResponse<FindCoordinatorResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.FindCoordinator;

    /// <summary>How long the caller should wait before its next request, in milliseconds.</summary>
    public int ThrottleTimeMs { get; set; }

    /// <summary>What went wrong.</summary>
    public KafkaError ErrorCode { get; set; }

    /// <summary>What went wrong, for a person.</summary>
    public string? ErrorMessage { get; set; }

    /// <summary>The id of the node.</summary>
    public int NodeId { get; set; }

    /// <summary>The name or address to connect to.</summary>
    public string Host { get; set; } = "";

    /// <summary>The port to connect to.</summary>
    public int Port { get; set; }

    /// <summary>The answer for each key.</summary>
    public List<Coordinator> Coordinators { get; set; } = [];

    /// <inheritdoc/>
    public static FindCoordinatorResponse Read(ref KafkaReader reader, short version)
    {
        reader.Begin("FindCoordinatorResponse", version, min: 0, max: 4, flexible: 3);
        var message = new FindCoordinatorResponse();
        if (version >= 1)
        {
            message.ThrottleTimeMs = reader.ReadInt32("ThrottleTimeMs");
        }

        if (version <= 3)
        {
            message.ErrorCode = reader.ReadError("ErrorCode");
        }

        if (version is >= 1 and <= 3)
        {
            message.ErrorMessage = reader.ReadNullableString("ErrorMessage");
        }

        if (version <= 3)
        {
            message.NodeId = reader.ReadInt32("NodeId");
        }

        if (version <= 3)
        {
            message.Host = reader.ReadString("Host");
        }

        if (version <= 3)
        {
            message.Port = reader.ReadInt32("Port");
        }

        if (version >= 4)
        {
            int coordinatorsCount = reader.ReadCount("Coordinators", minElementSizeBytes: 14);
            message.Coordinators.EnsureCapacity(coordinatorsCount);
            for (int i = 0; i < coordinatorsCount; i++)
            {
                message.Coordinators.Add(Coordinator.Read(ref reader, version));
            }
        }

        reader.SkipTags();
        reader.End();
        return message;
    }

    /// <inheritdoc/>
    public void Write(KafkaWriter writer, short version)
    {
        writer.Begin("FindCoordinatorResponse", version, min: 0, max: 4, flexible: 3);
        if (version >= 1)
        {
            writer.WriteInt32(ThrottleTimeMs);
        }

        if (version <= 3)
        {
            writer.WriteError(ErrorCode);
        }
        else
        {
            writer.Omit("ErrorCode", isSet: ErrorCode != KafkaError.None);
        }

        if (version is >= 1 and <= 3)
        {
            writer.WriteNullableString(ErrorMessage, "ErrorMessage");
        }

        if (version <= 3)
        {
            writer.WriteInt32(NodeId);
        }
        else
        {
            writer.Omit("NodeId", isSet: NodeId != 0);
        }

        if (version <= 3)
        {
            writer.WriteString(Host, "Host");
        }
        else
        {
            writer.Omit("Host", isSet: Host is not "");
        }

        if (version <= 3)
        {
            writer.WriteInt32(Port);
        }
        else
        {
            writer.Omit("Port", isSet: Port != 0);
        }

        if (version >= 4)
        {
            writer.WriteCount(Coordinators, "Coordinators");
            foreach (Coordinator element in Coordinators)
            {
                element.Write(writer, version);
            }
        }
        else
        {
            writer.Omit("Coordinators", isSet: Coordinators.Count > 0);
        }

        writer.WriteNoTags();
    }

    /// <summary>An element of <c>Coordinators</c>.</summary>
    public sealed class Coordinator
    {
        /// <summary>The group id or transactional id.</summary>
        public string Key { get; set; } = "";

        /// <summary>The id of the node.</summary>
        public int NodeId { get; set; }

        /// <summary>The name or address to connect to.</summary>
        public string Host { get; set; } = "";

        /// <summary>The port to connect to.</summary>
        public int Port { get; set; }

        /// <summary>What went wrong.</summary>
        public KafkaError ErrorCode { get; set; }

        /// <summary>What went wrong, for a person.</summary>
        public string? ErrorMessage { get; set; }

        internal static Coordinator Read(ref KafkaReader reader, short version)
        {
            var structure = new Coordinator();
            structure.Key = reader.ReadString("Coordinators[].Key");
            structure.NodeId = reader.ReadInt32("Coordinators[].NodeId");
            structure.Host = reader.ReadString("Coordinators[].Host");
            structure.Port = reader.ReadInt32("Coordinators[].Port");
            structure.ErrorCode = reader.ReadError("Coordinators[].ErrorCode");
            structure.ErrorMessage = reader.ReadNullableString("Coordinators[].ErrorMessage");
            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteString(Key, "Coordinators[].Key");
            writer.WriteInt32(NodeId);
            writer.WriteString(Host, "Coordinators[].Host");
            writer.WriteInt32(Port);
            writer.WriteError(ErrorCode);
            writer.WriteNullableString(ErrorMessage, "Coordinators[].ErrorMessage");
            writer.WriteNoTags();
        }
    }
}
