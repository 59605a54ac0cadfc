using Duramen.Broker.Groups;
using Duramen.Broker.Requests;
using Duramen.Coordination.Groups.Commands;
using Duramen.Coordination.Groups.Replies;
using Duramen.Kafka;
using Duramen.Kafka.Messages;

namespace Duramen.Broker.Handlers.Groups;

/// <summary>Takes members out of a group. Versions before 3 name one, and its error is the answer's.</summary>
internal sealed class LeaveGroupHandler(GroupCoordinator groups) : ApiHandler<LeaveGroupRequest, LeaveGroupResponse>
{
    private const short FirstVersionWithMembers = 3;

    /// <inheritdoc/>
    protected override async ValueTask<LeaveGroupResponse> HandleAsync(LeaveGroupRequest request, RequestContext context)
    {
        bool namesOne = context.Version < FirstVersionWithMembers;
        var command = new LeaveGroup
        {
            GroupId = request.GroupId,
            Members = namesOne
                ? [new LeavingMember(request.MemberId, null)]
                : [.. request.Members.Select(member => new LeavingMember(member.MemberId, member.GroupInstanceId))],
        };
        try
        {
            LeaveReply reply = await groups.ExecuteAsync(request.GroupId, command).ConfigureAwait(false);
            if (namesOne)
            {
                return new LeaveGroupResponse { ErrorCode = (KafkaError)(reply.Members.Count > 0 ? reply.Members[0].Error : reply.Error) };
            }

            return new LeaveGroupResponse
            {
                ErrorCode = (KafkaError)reply.Error,
                Members =
                [
                    .. reply.Members.Select(member => new LeaveGroupResponse.Member
                    {
                        MemberId = member.MemberId,
                        GroupInstanceId = member.InstanceId,
                        ErrorCode = (KafkaError)member.Error,
                    }),
                ],
            };
        }
        catch (Exception exception) when (BrokerFailures.IsPlanned(exception))
        {
            return new LeaveGroupResponse { ErrorCode = BrokerFailures.OfCoordinator(exception) };
        }
    }
}
