using Duramen.Broker.Groups;
using Duramen.Broker.Requests;
using Duramen.Broker.Topics;
using Duramen.Coordination.Groups;
using Duramen.Coordination.Groups.Commands;
using Duramen.Coordination.Groups.Replies;
using Duramen.Kafka;
using Duramen.Kafka.Messages;

namespace Duramen.Broker.Handlers.Groups;

/// <summary>Deletes offsets that a group has committed, but not in topics that it is subscribed to (KIP-496).</summary>
internal sealed class OffsetDeleteHandler(GroupCoordinator groups, BrokerTopics topics) : ApiHandler<OffsetDeleteRequest, OffsetDeleteResponse>
{
    /// <inheritdoc/>
    protected override async ValueTask<OffsetDeleteResponse> HandleAsync(OffsetDeleteRequest request, RequestContext context)
    {
        var response = new OffsetDeleteResponse();
        var partitions = new List<TopicPartition>();
        var answers = new List<OffsetDeleteResponse.Partition>();
        foreach (OffsetDeleteRequest.Topic topic in request.Topics)
        {
            BrokerTopic? known = topics.Find(topic.Name);
            var answer = new OffsetDeleteResponse.Topic { Name = topic.Name };
            response.Topics.Add(answer);
            foreach (OffsetDeleteRequest.Partition part in topic.Partitions)
            {
                var partition = new OffsetDeleteResponse.Partition { Index = part.Index };
                answer.Partitions.Add(partition);
                if (known?.Find(part.Index) is null)
                {
                    partition.ErrorCode = KafkaError.UnknownTopicOrPartition;
                    continue;
                }

                answers.Add(partition);
                partitions.Add(new TopicPartition(topic.Name, part.Index));
            }
        }

        try
        {
            DeleteOffsetsReply reply = await groups.ExecuteAsync(request.GroupId, new DeleteOffsets(request.GroupId, partitions)).ConfigureAwait(false);
            response.ErrorCode = (KafkaError)reply.Error;
            if (reply.Error != GroupError.None)
            {
                response.Topics.Clear();
                return response;
            }

            for (int index = 0; index < answers.Count; index++)
            {
                answers[index].ErrorCode = (KafkaError)reply.Partitions[index];
            }
        }
        catch (Exception exception) when (BrokerFailures.IsPlanned(exception))
        {
            response.ErrorCode = BrokerFailures.OfCoordinator(exception);
            response.Topics.Clear();
        }

        return response;
    }
}
