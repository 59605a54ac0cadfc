// Generated from Schema/Heartbeat.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The response of the API that keeps a member in its group.</summary>
public sealed class HeartbeatResponse : IKafkaResponse<HeartbeatResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.Heartbeat;

    /// <summary>How long the caller should wait before its next request, in milliseconds.</summary>
    public int ThrottleTimeMs { get; set; }

    /// <summary>What went wrong.</summary>
    public KafkaError ErrorCode { get; set; }

    /// <inheritdoc/>
    public static HeartbeatResponse Read(ref KafkaReader reader, short version)
    {
        reader.Begin("HeartbeatResponse", version, min: 0, max: 4, flexible: 4);
        var message = new HeartbeatResponse();
        if (version >= 1)
        {
            message.ThrottleTimeMs = reader.ReadInt32("ThrottleTimeMs");
        }

        message.ErrorCode = reader.ReadError("ErrorCode");
        reader.SkipTags();
        reader.End();
        return message;
    }

    /// <inheritdoc/>
    public void Write(KafkaWriter writer, short version)
    {
        writer.Begin("HeartbeatResponse", version, min: 0, max: 4, flexible: 4);
        if (version >= 1)
        {
            writer.WriteInt32(ThrottleTimeMs);
        }

        writer.WriteError(ErrorCode);
        writer.WriteNoTags();
    }
}
