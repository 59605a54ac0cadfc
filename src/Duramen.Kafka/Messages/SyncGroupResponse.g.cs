// Generated from Schema/SyncGroup.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The response of the API that hands in the leader's assignment and returns each member its part.</summary>
public sealed class SyncGroupResponse : IKafkaResponse<SyncGroupResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.SyncGroup;

    /// <summary>How long the caller should wait before its next request, in milliseconds.</summary>
    public int ThrottleTimeMs { get; set; }

    /// <summary>What went wrong.</summary>
    public KafkaError ErrorCode { get; set; }

    /// <summary>The kind of the group, such as `consumer`.</summary>
    public string? ProtocolType { get; set; }

    /// <summary>The name of the protocol that the group agreed on.</summary>
    public string? ProtocolName { get; set; }

    /// <summary>The member's part.</summary>
    public ReadOnlyMemory<byte> Assignment { get; set; }

    /// <inheritdoc/>
    public static SyncGroupResponse Read(ref KafkaReader reader, short version)
    {
        reader.Begin("SyncGroupResponse", version, min: 0, max: 5, flexible: 4);
        var message = new SyncGroupResponse();
        if (version >= 1)
        {
            message.ThrottleTimeMs = reader.ReadInt32("ThrottleTimeMs");
        }

        message.ErrorCode = reader.ReadError("ErrorCode");
        if (version >= 5)
        {
            message.ProtocolType = reader.ReadNullableString("ProtocolType");
        }

        if (version >= 5)
        {
            message.ProtocolName = reader.ReadNullableString("ProtocolName");
        }

        message.Assignment = reader.ReadBytes("Assignment");
        reader.SkipTags();
        reader.End();
        return message;
    }

    /// <inheritdoc/>
    public void Write(KafkaWriter writer, short version)
    {
        writer.Begin("SyncGroupResponse", version, min: 0, max: 5, flexible: 4);
        if (version >= 1)
        {
            writer.WriteInt32(ThrottleTimeMs);
        }

        writer.WriteError(ErrorCode);
        if (version >= 5)
        {
            writer.WriteNullableString(ProtocolType, "ProtocolType");
        }

        if (version >= 5)
        {
            writer.WriteNullableString(ProtocolName, "ProtocolName");
        }

        writer.WriteBytes(Assignment, "Assignment");
        writer.WriteNoTags();
    }
}
