using Duramen.Broker.Partitions;
using Duramen.Broker.Requests;
using Duramen.Broker.Topics;
using Duramen.Coordination.Topics;
using Duramen.Core.Ids;
using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Log;

namespace Duramen.Broker.Handlers.Data;

/// <summary>Deletes the oldest records of partitions, up to an offset or all that are committed.</summary>
internal sealed class DeleteRecordsHandler(BrokerTopics topics) : ApiHandler<DeleteRecordsRequest, DeleteRecordsResponse>
{
    private const long ToHighWatermark = -1;

    /// <inheritdoc/>
    protected override async ValueTask<DeleteRecordsResponse> HandleAsync(DeleteRecordsRequest request, RequestContext context)
    {
        var response = new DeleteRecordsResponse();
        foreach (DeleteRecordsRequest.Topic topic in request.Topics)
        {
            BrokerTopic? known = topics.Find(topic.Name);
            var answer = new DeleteRecordsResponse.Topic { Name = topic.Name };
            response.Topics.Add(answer);
            foreach (DeleteRecordsRequest.Partition part in topic.Partitions)
            {
                answer.Partitions.Add(await DeleteAsync(known, part).ConfigureAwait(false));
            }
        }

        return response;
    }

    private static async ValueTask<DeleteRecordsResponse.Partition> DeleteAsync(BrokerTopic? topic, DeleteRecordsRequest.Partition part)
    {
        var answer = new DeleteRecordsResponse.Partition { Index = part.Index, LowWatermark = -1 };
        if (topic?.Find(part.Index) is not Partition partition)
        {
            answer.ErrorCode = KafkaError.UnknownTopicOrPartition;
            return answer;
        }

        // Of a compacted topic only what is compacted may go, unless its policy also deletes; so Kafka has it.
        if (topic.IsInternal || (topic.Topic.Settings.Log.Cleanup & CleanupPolicy.Delete) == 0)
        {
            answer.ErrorCode = topic.IsInternal ? KafkaError.InvalidTopic : KafkaError.PolicyViolation;
            return answer;
        }

        LogWatermarks watermarks = partition.Log.Watermarks;
        Offset start = part.Offset == ToHighWatermark ? watermarks.Committed : new Offset(part.Offset);
        if (part.Offset < ToHighWatermark || start > watermarks.Committed)
        {
            answer.ErrorCode = KafkaError.OffsetOutOfRange;
            return answer;
        }

        try
        {
            await partition.Log.TrimAsync(start).ConfigureAwait(false);
            answer.LowWatermark = partition.Log.Watermarks.Start.Value;
        }
        catch (LogException exception)
        {
            answer.ErrorCode = LogFailures.OfRead(exception);
        }

        return answer;
    }
}
