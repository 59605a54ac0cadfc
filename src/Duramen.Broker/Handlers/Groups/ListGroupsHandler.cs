using Duramen.Broker.Groups;
using Duramen.Broker.Requests;
using Duramen.Coordination.Groups.Commands;
using Duramen.Coordination.Groups.Replies;
using Duramen.Kafka.Messages;

namespace Duramen.Broker.Handlers.Groups;

/// <summary>Lists the groups there are, all of them or those in some states and of some types.</summary>
internal sealed class ListGroupsHandler(GroupCoordinator groups) : ApiHandler<ListGroupsRequest, ListGroupsResponse>
{
    /// <summary>The type of every group: those of KIP-848 are not served yet.</summary>
    private const string Classic = "classic";

    /// <inheritdoc/>
    protected override async ValueTask<ListGroupsResponse> HandleAsync(ListGroupsRequest request, RequestContext context)
    {
        var response = new ListGroupsResponse();
        if (request.TypesFilter.Count > 0 && !request.TypesFilter.Contains(Classic, StringComparer.OrdinalIgnoreCase))
        {
            return response;
        }

        try
        {
            IReadOnlyList<GroupSummary>[] all = await groups.ExecuteOnAllAsync(() => new ListGroups()).ConfigureAwait(false);
            foreach (GroupSummary group in all.SelectMany(some => some).OrderBy(group => group.GroupId, StringComparer.Ordinal))
            {
                string state = group.State.ToString();
                if (request.StatesFilter.Count == 0 || request.StatesFilter.Contains(state, StringComparer.OrdinalIgnoreCase))
                {
                    response.Groups.Add(new ListGroupsResponse.Group { GroupId = group.GroupId, ProtocolType = group.ProtocolType, State = state, Type = Classic });
                }
            }
        }
        catch (Exception exception) when (BrokerFailures.IsPlanned(exception))
        {
            response.ErrorCode = BrokerFailures.OfCoordinator(exception);
        }

        return response;
    }
}
