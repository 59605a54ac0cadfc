using Duramen.Broker.Groups;
using Duramen.Broker.Requests;
using Duramen.Coordination.Groups.Commands;
using Duramen.Coordination.Groups.Replies;
using Duramen.Kafka;
using Duramen.Kafka.Messages;

namespace Duramen.Broker.Handlers.Groups;

/// <summary>Takes the leader's assignment and gives each member its part. Answered when the leader has called.</summary>
internal sealed class SyncGroupHandler(GroupCoordinator groups) : ApiHandler<SyncGroupRequest, SyncGroupResponse>
{
    /// <inheritdoc/>
    public override bool KeepsFrame => false;

    /// <inheritdoc/>
    protected override async ValueTask<SyncGroupResponse> HandleAsync(SyncGroupRequest request, RequestContext context)
    {
        // The command outlives the request: it is parked, and its caller may be gone by then.
        var command = new SyncGroup
        {
            GroupId = request.GroupId,
            MemberId = request.MemberId,
            InstanceId = request.GroupInstanceId,
            Generation = request.GenerationId,
            ProtocolType = request.ProtocolType,
            Protocol = request.ProtocolName,
            Assignments = [.. request.Assignments.Select(part => new MemberAssignment(part.MemberId, part.Assignment.ToArray()))],
        };
        try
        {
            SyncReply reply = await groups.ExecuteParkedAsync(request.GroupId, command, context.Connection).ConfigureAwait(false);
            return new SyncGroupResponse
            {
                ErrorCode = (KafkaError)reply.Error,
                ProtocolType = reply.ProtocolType,
                ProtocolName = reply.Protocol,
                Assignment = reply.Assignment,
            };
        }
        catch (Exception exception) when (BrokerFailures.IsPlanned(exception))
        {
            return new SyncGroupResponse { ErrorCode = BrokerFailures.OfCoordinator(exception) };
        }
    }
}
