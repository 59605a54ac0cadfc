using Duramen.Broker.Requests;
using Duramen.Coordination.Producers;
using Duramen.Core.Ids;
using Duramen.Kafka;
using Duramen.Kafka.Messages;

namespace Duramen.Broker.Handlers.Producers;

/// <summary>
/// Gives idempotent producers their ids, a new one for each that asks. A producer without transactions that lost its place only raises its epoch by itself
/// (KIP-360). Transactions are not served yet.
/// </summary>
internal sealed class InitProducerIdHandler(ProducerIdAllocator ids) : ApiHandler<InitProducerIdRequest, InitProducerIdResponse>
{
    /// <inheritdoc/>
    protected override async ValueTask<InitProducerIdResponse> HandleAsync(InitProducerIdRequest request, RequestContext context)
    {
        if (request.TransactionalId is not null)
        {
            return new InitProducerIdResponse
            {
                ErrorCode = request.TransactionalId.Length == 0 ? KafkaError.InvalidRequest : KafkaError.TransactionalIdAuthorizationFailed,
                ProducerEpoch = -1,
            };
        }

        try
        {
            ProducerId id = await ids.NextAsync(context.Gone).ConfigureAwait(false);
            return new InitProducerIdResponse { ProducerId = id.Value, ProducerEpoch = 0 };
        }
        catch (Exception exception) when (BrokerFailures.IsPlanned(exception))
        {
            return new InitProducerIdResponse { ErrorCode = BrokerFailures.OfCoordinator(exception), ProducerEpoch = -1 };
        }
    }
}
