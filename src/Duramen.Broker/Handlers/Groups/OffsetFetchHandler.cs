using Duramen.Broker.Groups;
using Duramen.Broker.Requests;
using Duramen.Coordination.Groups;
using Duramen.Coordination.Groups.Commands;
using Duramen.Coordination.Groups.Replies;
using Duramen.Kafka;
using Duramen.Kafka.Messages;

namespace Duramen.Broker.Handlers.Groups;

/// <summary>
/// Reads how far groups have read. What is answered is committed for good, so that a client which requires that gets the same answer. Versions from 8 on
/// ask for several groups, earlier ones for one. A group or partition that is named again has its answer already.
/// </summary>
internal sealed class OffsetFetchHandler(GroupCoordinator groups) : ApiHandler<OffsetFetchRequest, OffsetFetchResponse>
{
    private const short FirstVersionWithGroups = 8;
    private const short FirstVersionWithError = 2;

    /// <inheritdoc/>
    protected override async ValueTask<OffsetFetchResponse> HandleAsync(OffsetFetchRequest request, RequestContext context)
    {
        if (context.Version >= FirstVersionWithGroups)
        {
            OffsetFetchResponse.Group[] answers = await Task.WhenAll(request.Groups.DistinctBy(group => group.GroupId, StringComparer.Ordinal).Select(FetchGroupAsync)).ConfigureAwait(false);
            return new OffsetFetchResponse { Groups = [.. answers] };
        }

        List<TopicPartition>? asked = request.Topics is null
            ? null
            : [.. request.Topics.SelectMany(topic => topic.PartitionIndexes.Select(index => new TopicPartition(topic.Name, index))).Distinct()];
        (IReadOnlyList<FetchedOffset> offsets, KafkaError error) = await FetchAsync(request.GroupId, asked).ConfigureAwait(false);
        return new OffsetFetchResponse
        {
            ErrorCode = error,
            Topics = error != KafkaError.None && context.Version < FirstVersionWithError
                ? RefuseEach(asked ?? [], error)
                : ByTopic(offsets),
        };
    }

    private async Task<OffsetFetchResponse.Group> FetchGroupAsync(OffsetFetchRequest.Group group)
    {
        List<TopicPartition>? asked = group.Topics is null
            ? null
            : [.. group.Topics.SelectMany(topic => topic.PartitionIndexes.Select(index => new TopicPartition(topic.Name, index))).Distinct()];
        (IReadOnlyList<FetchedOffset> offsets, KafkaError error) = await FetchAsync(group.GroupId, asked).ConfigureAwait(false);
        return new OffsetFetchResponse.Group
        {
            GroupId = group.GroupId,
            ErrorCode = error,
            Topics = ByTopic(offsets),
        };
    }

    private async Task<(IReadOnlyList<FetchedOffset> Offsets, KafkaError Error)> FetchAsync(string groupId, List<TopicPartition>? partitions)
    {
        try
        {
            return (await groups.ExecuteAsync(groupId, new FetchOffsets(groupId, partitions)).ConfigureAwait(false), KafkaError.None);
        }
        catch (Exception exception) when (BrokerFailures.IsPlanned(exception))
        {
            return ([], BrokerFailures.OfCoordinator(exception));
        }
    }

    // The order of the request, which the machine keeps; a topic that is named twice is answered once.
    private static List<OffsetFetchResponse.Topic> ByTopic(IReadOnlyList<FetchedOffset> offsets) =>
    [
        .. offsets.GroupBy(offset => offset.Topic, StringComparer.Ordinal)
            .Select(topic => new OffsetFetchResponse.Topic { Name = topic.Key, Partitions = [.. topic.Select(Describe)] }),
    ];

    private static List<OffsetFetchResponse.Topic> RefuseEach(List<TopicPartition> asked, KafkaError error) =>
    [
        .. asked.GroupBy(partition => partition.Topic, StringComparer.Ordinal).Select(topic => new OffsetFetchResponse.Topic
        {
            Name = topic.Key,
            Partitions = [.. topic.Select(partition => new OffsetFetchResponse.Partition { Index = partition.Partition, CommittedOffset = -1, ErrorCode = error })],
        }),
    ];

    private static OffsetFetchResponse.Partition Describe(FetchedOffset offset) => new()
    {
        Index = offset.Partition,
        CommittedOffset = offset.Committed?.Offset.Value ?? -1,
        CommittedLeaderEpoch = offset.Committed?.LeaderEpoch.Value ?? -1,
        Metadata = offset.Committed?.Metadata ?? "",
    };
}
