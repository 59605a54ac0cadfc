using Duramen.Broker.Groups;
using Duramen.Broker.Requests;
using Duramen.Coordination.Groups.Commands;
using Duramen.Coordination.Groups.Replies;
using Duramen.Kafka;
using Duramen.Kafka.Messages;

namespace Duramen.Broker.Handlers.Groups;

/// <summary>Describes groups and their members, each group once. A group that does not exist is <c>Dead</c>, which is no error.</summary>
internal sealed class DescribeGroupsHandler(GroupCoordinator groups) : ApiHandler<DescribeGroupsRequest, DescribeGroupsResponse>
{
    /// <inheritdoc/>
    protected override async ValueTask<DescribeGroupsResponse> HandleAsync(DescribeGroupsRequest request, RequestContext context) =>
        new() { Groups = [.. await Task.WhenAll(request.Groups.Distinct(StringComparer.Ordinal).Select(group => DescribeAsync(group, request.IncludeAuthorizedOperations))).ConfigureAwait(false)] };

    private async Task<DescribeGroupsResponse.Group> DescribeAsync(string groupId, bool tellsOperations)
    {
        try
        {
            GroupDescription group = await groups.ExecuteAsync(groupId, new DescribeGroup(groupId)).ConfigureAwait(false);
            return new DescribeGroupsResponse.Group
            {
                GroupId = groupId,
                State = group.State.ToString(),
                ProtocolType = group.ProtocolType,
                ProtocolName = group.Protocol,
                Members = [.. group.Members.Select(Describe)],
                AuthorizedOperations = tellsOperations ? AllowedOperations.OfGroup : AllowedOperations.NotAsked,
            };
        }
        catch (Exception exception) when (BrokerFailures.IsPlanned(exception))
        {
            return new DescribeGroupsResponse.Group { GroupId = groupId, ErrorCode = BrokerFailures.OfCoordinator(exception) };
        }
    }

    private static DescribeGroupsResponse.Member Describe(MemberDescription member) => new()
    {
        MemberId = member.MemberId,
        GroupInstanceId = member.InstanceId,
        ClientId = member.ClientId,
        ClientHost = member.ClientHost,
        Metadata = member.Metadata,
        Assignment = member.Assignment,
    };
}
