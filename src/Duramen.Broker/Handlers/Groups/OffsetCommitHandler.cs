using Duramen.Broker.Groups;
using Duramen.Broker.Requests;
using Duramen.Broker.Topics;
using Duramen.Coordination.Groups;
using Duramen.Coordination.Groups.Commands;
using Duramen.Core.Ids;
using Duramen.Kafka;
using Duramen.Kafka.Messages;

namespace Duramen.Broker.Handlers.Groups;

/// <summary>Commits how far a group has read. Only offsets of partitions that exist get to the group.</summary>
internal sealed class OffsetCommitHandler(GroupCoordinator groups, BrokerTopics topics) : ApiHandler<OffsetCommitRequest, OffsetCommitResponse>
{
    /// <inheritdoc/>
    protected override async ValueTask<OffsetCommitResponse> HandleAsync(OffsetCommitRequest request, RequestContext context)
    {
        var response = new OffsetCommitResponse { Topics = new(request.Topics.Count) };
        var offsets = new List<OffsetToCommit>();
        var answers = new List<OffsetCommitResponse.Partition>();
        foreach (OffsetCommitRequest.Topic topic in request.Topics)
        {
            BrokerTopic? known = topics.Find(topic.Name);
            var answer = new OffsetCommitResponse.Topic { Name = topic.Name, Partitions = new(topic.Partitions.Count) };
            response.Topics.Add(answer);
            foreach (OffsetCommitRequest.Partition part in topic.Partitions)
            {
                var partition = new OffsetCommitResponse.Partition { Index = part.Index };
                answer.Partitions.Add(partition);
                if (known?.Find(part.Index) is null)
                {
                    partition.ErrorCode = KafkaError.UnknownTopicOrPartition;
                    continue;
                }

                answers.Add(partition);
                offsets.Add(new OffsetToCommit(
                    topic.Name, part.Index, new Offset(part.CommittedOffset), new LeaderEpoch(part.CommittedLeaderEpoch), part.Metadata));
            }
        }

        if (offsets.Count > 0)
        {
            await CommitAsync(request, offsets, answers).ConfigureAwait(false);
        }

        return response;
    }

    private async ValueTask CommitAsync(OffsetCommitRequest request, List<OffsetToCommit> offsets, List<OffsetCommitResponse.Partition> answers)
    {
        var command = new CommitOffsets
        {
            GroupId = request.GroupId,
            MemberId = request.MemberId,
            InstanceId = request.GroupInstanceId,
            Generation = request.GenerationId,
            RetentionMs = request.RetentionTimeMs,
            Offsets = offsets,
        };
        try
        {
            IReadOnlyList<GroupError> errors = await groups.ExecuteAsync(request.GroupId, command).ConfigureAwait(false);
            for (int index = 0; index < answers.Count; index++)
            {
                answers[index].ErrorCode = (KafkaError)errors[index];
            }
        }
        catch (Exception exception) when (BrokerFailures.IsPlanned(exception))
        {
            answers.ForEach(answer => answer.ErrorCode = BrokerFailures.OfCoordinator(exception));
        }
    }
}
