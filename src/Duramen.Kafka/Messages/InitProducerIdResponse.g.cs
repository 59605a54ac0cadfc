// Generated from Schema/InitProducerId.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The response of the API that gives a producer its id and epoch.</summary>
public sealed class InitProducerIdResponse : IKafkaResponse<InitProducerIdResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.InitProducerId;

    /// <summary>How long the caller should wait before its next request, in milliseconds.</summary>
    public int ThrottleTimeMs { get; set; }

    /// <summary>What went wrong.</summary>
    public KafkaError ErrorCode { get; set; }

    /// <summary>The producer id.</summary>
    public long ProducerId { get; set; } = -1;

    /// <summary>The epoch of the producer id.</summary>
    public short ProducerEpoch { get; set; }

    /// <inheritdoc/>
    public static InitProducerIdResponse Read(ref KafkaReader reader, short version)
    {
        reader.Begin("InitProducerIdResponse", version, min: 0, max: 5, flexible: 2);
        var message = new InitProducerIdResponse();
        message.ThrottleTimeMs = reader.ReadInt32("ThrottleTimeMs");
        message.ErrorCode = reader.ReadError("ErrorCode");
        message.ProducerId = reader.ReadInt64("ProducerId");
        message.ProducerEpoch = reader.ReadInt16("ProducerEpoch");
        reader.SkipTags();
        reader.End();
        return message;
    }

    /// <inheritdoc/>
    public void Write(KafkaWriter writer, short version)
    {
        writer.Begin("InitProducerIdResponse", version, min: 0, max: 5, flexible: 2);
        writer.WriteInt32(ThrottleTimeMs);
        writer.WriteError(ErrorCode);
        writer.WriteInt64(ProducerId);
        writer.WriteInt16(ProducerEpoch);
        writer.WriteNoTags();
    }
}
