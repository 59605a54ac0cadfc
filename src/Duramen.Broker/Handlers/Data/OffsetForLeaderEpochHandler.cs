using Duramen.Broker.Partitions;
using Duramen.Broker.Requests;
using Duramen.Broker.Topics;
using Duramen.Kafka;
using Duramen.Kafka.Messages;

namespace Duramen.Broker.Handlers.Data;

/// <summary>Says where leader epochs ended, so that a client notices when its log was truncated. There is one epoch, and it goes on.</summary>
internal sealed class OffsetForLeaderEpochHandler(BrokerTopics topics) : ApiHandler<OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse>
{
    /// <inheritdoc/>
    protected override ValueTask<OffsetForLeaderEpochResponse> HandleAsync(OffsetForLeaderEpochRequest request, RequestContext context)
    {
        var response = new OffsetForLeaderEpochResponse();
        foreach (OffsetForLeaderEpochRequest.Topic topic in request.Topics)
        {
            BrokerTopic? known = topics.Find(topic.Name);
            var answer = new OffsetForLeaderEpochResponse.Topic { Name = topic.Name };
            response.Topics.Add(answer);
            foreach (OffsetForLeaderEpochRequest.Partition part in topic.Partitions)
            {
                answer.Partitions.Add(Find(known?.Find(part.Index), part));
            }
        }

        return new ValueTask<OffsetForLeaderEpochResponse>(response);
    }

    private static OffsetForLeaderEpochResponse.Partition Find(Partition? partition, OffsetForLeaderEpochRequest.Partition asked)
    {
        var answer = new OffsetForLeaderEpochResponse.Partition { Index = asked.Index };
        answer.ErrorCode = partition is null ? KafkaError.UnknownTopicOrPartition : LeaderEpochs.Check(asked.CurrentLeaderEpoch);
        if (answer.ErrorCode == KafkaError.None && asked.LeaderEpoch == Partition.Epoch.Value)
        {
            answer.LeaderEpoch = Partition.Epoch.Value;
            answer.EndOffset = partition!.Log.Watermarks.Committed.Value;
        }

        return answer;
    }
}
