using Duramen.Broker.Groups;
using Duramen.Broker.Requests;
using Duramen.Coordination.Groups;
using Duramen.Coordination.Groups.Commands;
using Duramen.Coordination.Groups.Replies;
using Duramen.Kafka;
using Duramen.Kafka.Messages;

namespace Duramen.Broker.Handlers.Groups;

/// <summary>Makes the client a member of a group, or takes it into the group's next generation. Answered when all members are there.</summary>
internal sealed class JoinGroupHandler(GroupCoordinator groups) : ApiHandler<JoinGroupRequest, JoinGroupResponse>
{
    private const short FirstVersionWithKnownMemberId = 4;
    private const short FirstVersionWithNullableProtocol = 7;
    private const short FirstVersionWithSkipAssignment = 9;

    /// <inheritdoc/>
    public override bool KeepsFrame => false;

    /// <inheritdoc/>
    protected override async ValueTask<JoinGroupResponse> HandleAsync(JoinGroupRequest request, RequestContext context)
    {
        // The command outlives the request: it is parked, and its caller may be gone by then.
        var command = new JoinGroup
        {
            GroupId = request.GroupId,
            MemberId = request.MemberId,
            InstanceId = request.GroupInstanceId,
            ClientId = context.ClientId,
            ClientHost = "/" + context.Connection.ClientHost,
            SessionTimeoutMs = request.SessionTimeoutMs,
            RebalanceTimeoutMs = request.RebalanceTimeoutMs,
            ProtocolType = request.ProtocolType,
            Protocols = [.. request.Protocols.Select(protocol => new GroupProtocol(protocol.Name, protocol.Metadata.ToArray()))],
            FreshId = Guid.NewGuid(),
            RequiresKnownMemberId = context.Version >= FirstVersionWithKnownMemberId,
            CanSkipAssignment = context.Version >= FirstVersionWithSkipAssignment,
        };
        try
        {
            JoinReply reply = await groups.ExecuteParkedAsync(request.GroupId, command, context.Connection).ConfigureAwait(false);
            return new JoinGroupResponse
            {
                ErrorCode = (KafkaError)reply.Error,
                GenerationId = reply.Generation,
                ProtocolType = reply.ProtocolType,
                ProtocolName = Protocol(reply.Protocol, context.Version),
                Leader = reply.LeaderId,
                SkipAssignment = reply.SkipAssignment,
                MemberId = reply.MemberId,
                Members =
                [
                    .. reply.Members.Select(member => new JoinGroupResponse.Member
                    {
                        MemberId = member.MemberId,
                        GroupInstanceId = member.InstanceId,
                        Metadata = member.Metadata,
                    }),
                ],
            };
        }
        catch (Exception exception) when (BrokerFailures.IsPlanned(exception))
        {
            return new JoinGroupResponse
            {
                ErrorCode = BrokerFailures.OfCoordinator(exception),
                ProtocolName = Protocol(null, context.Version),
                MemberId = request.MemberId,
            };
        }
    }

    private static string? Protocol(string? name, short version) => name ?? (version >= FirstVersionWithNullableProtocol ? null : "");
}
