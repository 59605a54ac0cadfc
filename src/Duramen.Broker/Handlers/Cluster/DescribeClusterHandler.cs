using Duramen.Broker.Requests;
using Duramen.Kafka.Messages;

namespace Duramen.Broker.Handlers.Cluster;

/// <summary>Describes the cluster, which is this broker.</summary>
internal sealed class DescribeClusterHandler(BrokerOptions options) : ApiHandler<DescribeClusterRequest, DescribeClusterResponse>
{
    /// <inheritdoc/>
    protected override ValueTask<DescribeClusterResponse> HandleAsync(DescribeClusterRequest request, RequestContext context)
    {
        BrokerAddress address = BrokerAddress.For(context.Connection, options);
        return new ValueTask<DescribeClusterResponse>(new DescribeClusterResponse
        {
            ClusterId = options.ClusterId,
            ControllerId = options.NodeId,
            AuthorizedOperations = request.IncludeAuthorizedOperations ? AllowedOperations.OfCluster : AllowedOperations.NotAsked,
            Brokers = [new DescribeClusterResponse.Broker { NodeId = options.NodeId, Host = address.Host, Port = address.Port }],
        });
    }
}
