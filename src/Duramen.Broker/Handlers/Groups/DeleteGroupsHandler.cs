using Duramen.Broker.Groups;
using Duramen.Broker.Requests;
using Duramen.Coordination.Groups.Commands;
using Duramen.Kafka;
using Duramen.Kafka.Messages;

namespace Duramen.Broker.Handlers.Groups;

/// <summary>Deletes groups that have no members, with their offsets.</summary>
internal sealed class DeleteGroupsHandler(GroupCoordinator groups) : ApiHandler<DeleteGroupsRequest, DeleteGroupsResponse>
{
    /// <inheritdoc/>
    protected override async ValueTask<DeleteGroupsResponse> HandleAsync(DeleteGroupsRequest request, RequestContext context) =>
        new() { Results = [.. await Task.WhenAll(request.GroupIds.Select(DeleteAsync)).ConfigureAwait(false)] };

    private async Task<DeleteGroupsResponse.Result> DeleteAsync(string groupId)
    {
        try
        {
            return new DeleteGroupsResponse.Result
            {
                GroupId = groupId,
                ErrorCode = (KafkaError)await groups.ExecuteAsync(groupId, new DeleteGroup(groupId)).ConfigureAwait(false),
            };
        }
        catch (Exception exception) when (BrokerFailures.IsPlanned(exception))
        {
            return new DeleteGroupsResponse.Result { GroupId = groupId, ErrorCode = BrokerFailures.OfCoordinator(exception) };
        }
    }
}
