// Generated from Schema/InitProducerId.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The request of the API that gives a producer its id and epoch.</summary>
public sealed class InitProducerIdRequest : IKafkaRequest<InitProducerIdRequest, InitProducerIdResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.InitProducerId;

    /// <summary>The transactional id of the producer; null without transactions.</summary>
    public string? TransactionalId { get; set; }

    /// <summary>After this long an open transaction is aborted, in milliseconds; without transactional id it means nothing.</summary>
    public int TransactionTimeoutMs { get; set; }

    /// <summary>The id that the producer has; -1 when it has none.</summary>
    public long ProducerId { get; set; } = -1;

    /// <summary>The epoch that the producer has; -1 when it has none.</summary>
    public short ProducerEpoch { get; set; } = -1;

    /// <inheritdoc/>
    public static InitProducerIdRequest Read(ref KafkaReader reader, short version)
    {
        reader.Begin("InitProducerIdRequest", version, min: 0, max: 5, flexible: 2);
        var message = new InitProducerIdRequest();
        message.TransactionalId = reader.ReadNullableString("TransactionalId");
        message.TransactionTimeoutMs = reader.ReadInt32("TransactionTimeoutMs");
        if (version >= 3)
        {
            message.ProducerId = reader.ReadInt64("ProducerId");
        }

        if (version >= 3)
        {
            message.ProducerEpoch = reader.ReadInt16("ProducerEpoch");
        }

        reader.SkipTags();
        reader.End();
        return message;
    }

    /// <inheritdoc/>
    public void Write(KafkaWriter writer, short version)
    {
        writer.Begin("InitProducerIdRequest", version, min: 0, max: 5, flexible: 2);
        writer.WriteNullableString(TransactionalId, "TransactionalId");
        writer.WriteInt32(TransactionTimeoutMs);
        if (version >= 3)
        {
            writer.WriteInt64(ProducerId);
        }
        else
        {
            writer.Omit("ProducerId", isSet: ProducerId != -1);
        }

        if (version >= 3)
        {
            writer.WriteInt16(ProducerEpoch);
        }
        else
        {
            writer.Omit("ProducerEpoch", isSet: ProducerEpoch != -1);
        }

        writer.WriteNoTags();
    }
}
