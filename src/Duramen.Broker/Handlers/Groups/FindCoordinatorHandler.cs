using Duramen.Broker.Groups;
using Duramen.Broker.Handlers.Cluster;
using Duramen.Broker.Requests;
using Duramen.Kafka;
using Duramen.Kafka.Messages;

namespace Duramen.Broker.Handlers.Groups;

/// <summary>Says where the coordinator of a group is: here. Transactional ids have none yet.</summary>
internal sealed class FindCoordinatorHandler(GroupCoordinator groups, BrokerOptions options) : ApiHandler<FindCoordinatorRequest, FindCoordinatorResponse>
{
    private const sbyte Group = 0;
    private const sbyte Transaction = 1;
    private const short FirstVersionWithKeys = 4;

    /// <inheritdoc/>
    protected override async ValueTask<FindCoordinatorResponse> HandleAsync(FindCoordinatorRequest request, RequestContext context)
    {
        (KafkaError error, string? message) = await FindAsync(request.KeyType).ConfigureAwait(false);
        BrokerAddress address = error == KafkaError.None ? BrokerAddress.For(context.Connection, options) : new BrokerAddress("", -1);
        int nodeId = error == KafkaError.None ? options.NodeId : -1;
        if (context.Version < FirstVersionWithKeys)
        {
            return new FindCoordinatorResponse { ErrorCode = error, ErrorMessage = message, NodeId = nodeId, Host = address.Host, Port = address.Port };
        }

        return new FindCoordinatorResponse
        {
            Coordinators =
            [
                .. request.Keys.Select(key => new FindCoordinatorResponse.Coordinator
                {
                    Key = key,
                    ErrorCode = error,
                    ErrorMessage = message,
                    NodeId = nodeId,
                    Host = address.Host,
                    Port = address.Port,
                }),
            ],
        };
    }

    private async ValueTask<(KafkaError Error, string? Message)> FindAsync(sbyte keyType)
    {
        if (keyType != Group)
        {
            // Clients go on asking for as long as a coordinator is only not available; this is what all of them give up on, librdkafka included.
            return keyType == Transaction
                ? (KafkaError.TransactionalIdAuthorizationFailed, "Transactions are not served yet.")
                : (KafkaError.InvalidRequest, $"There is no coordinator for keys of type {keyType}.");
        }

        try
        {
            await groups.ProvideAsync().ConfigureAwait(false);
            return (KafkaError.None, null);
        }
        catch (Exception exception) when (BrokerFailures.IsPlanned(exception))
        {
            return (BrokerFailures.OfCoordinator(exception), exception.Message);
        }
    }
}
