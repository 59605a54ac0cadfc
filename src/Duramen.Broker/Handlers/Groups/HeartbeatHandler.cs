using Duramen.Broker.Groups;
using Duramen.Broker.Requests;
using Duramen.Coordination.Groups.Commands;
using Duramen.Kafka;
using Duramen.Kafka.Messages;

namespace Duramen.Broker.Handlers.Groups;

/// <summary>Keeps a member in its group.</summary>
internal sealed class HeartbeatHandler(GroupCoordinator groups) : ApiHandler<HeartbeatRequest, HeartbeatResponse>
{
    /// <inheritdoc/>
    public override int MaxRequestBytes => RequestLimits.HeartbeatMaxBytes;

    /// <inheritdoc/>
    protected override async ValueTask<HeartbeatResponse> HandleAsync(HeartbeatRequest request, RequestContext context)
    {
        var command = new Heartbeat
        {
            GroupId = request.GroupId,
            MemberId = request.MemberId,
            InstanceId = request.GroupInstanceId,
            Generation = request.GenerationId,
        };
        try
        {
            return new HeartbeatResponse { ErrorCode = (KafkaError)await groups.ExecuteAsync(request.GroupId, command).ConfigureAwait(false) };
        }
        catch (Exception exception) when (BrokerFailures.IsPlanned(exception))
        {
            return new HeartbeatResponse { ErrorCode = BrokerFailures.OfCoordinator(exception) };
        }
    }
}
