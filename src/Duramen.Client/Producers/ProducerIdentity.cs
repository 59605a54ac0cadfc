using Duramen.Core.Ids;
using Duramen.Kafka;
using Duramen.Kafka.Messages;

namespace Duramen.Client.Producers;

/// <summary>The id by which brokers recognise batches that come again.</summary>
internal readonly record struct ProducerIdentity(ProducerId Id, short Epoch)
{
    /// <summary>That of a producer that is not idempotent, or has none yet.</summary>
    public static ProducerIdentity None => new(ProducerId.None, -1);

    /// <summary>Asks for a new one.</summary>
    public static Task<ProducerIdentity> AskAsync(KafkaClient client, CancellationToken cancellationToken) => client.RetryAsync(
        async token =>
        {
            InitProducerIdResponse answer = await client.AskAnyAsync(new InitProducerIdRequest { TransactionTimeoutMs = client.Options.RequestTimeoutMs }, token).ConfigureAwait(false);
            return answer.ErrorCode == KafkaError.None
                ? new ProducerIdentity(new ProducerId(answer.ProducerId), answer.ProducerEpoch)
                : throw ClientException.Refused("Asking for a producer id", answer.ErrorCode);
        },
        cancellationToken);
}
