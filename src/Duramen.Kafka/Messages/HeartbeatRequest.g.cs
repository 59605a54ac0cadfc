// Generated from Schema/Heartbeat.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The request of the API that keeps a member in its group.</summary>
public sealed class HeartbeatRequest : IKafkaRequest<HeartbeatRequest, HeartbeatResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.Heartbeat;

    /// <summary>The id of the group.</summary>
    public string GroupId { get; set; } = "";

    /// <summary>The generation of the group.</summary>
    public int GenerationId { get; set; }

    /// <summary>The id that the coordinator gave the member.</summary>
    public string MemberId { get; set; } = "";

    /// <summary>The name that a static member keeps over restarts; null for a dynamic member.</summary>
    public string? GroupInstanceId { get; set; }

    /// <inheritdoc/>
    public static HeartbeatRequest Read(ref KafkaReader reader, short version)
    {
        reader.Begin("HeartbeatRequest", version, min: 0, max: 4, flexible: 4);
        var message = new HeartbeatRequest();
        message.GroupId = reader.ReadString("GroupId");
        message.GenerationId = reader.ReadInt32("GenerationId");
        message.MemberId = reader.ReadString("MemberId");
        if (version >= 3)
        {
            message.GroupInstanceId = reader.ReadNullableString("GroupInstanceId");
        }

        reader.SkipTags();
        reader.End();
        return message;
    }

    /// <inheritdoc/>
    public void Write(KafkaWriter writer, short version)
    {
        writer.Begin("HeartbeatRequest", version, min: 0, max: 4, flexible: 4);
        writer.WriteString(GroupId, "GroupId");
        writer.WriteInt32(GenerationId);
        writer.WriteString(MemberId, "MemberId");
        if (version >= 3)
        {
            writer.WriteNullableString(GroupInstanceId, "GroupInstanceId");
        }
        else
        {
            writer.Omit("GroupInstanceId", isSet: GroupInstanceId is not null);
        }

        writer.WriteNoTags();
    }
}
