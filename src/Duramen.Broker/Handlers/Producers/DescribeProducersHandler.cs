using Duramen.Broker.Requests;
using Duramen.Broker.Topics;
using Duramen.Kafka;
using Duramen.Kafka.Messages;

namespace Duramen.Broker.Handlers.Producers;

/// <summary>
/// Describes the producers that partitions remember. A log recognises its producers and does not hand out what it knows of them, so that every list is
/// empty; what can be told is whether the partition exists.
/// </summary>
internal sealed class DescribeProducersHandler(BrokerTopics topics) : ApiHandler<DescribeProducersRequest, DescribeProducersResponse>
{
    /// <inheritdoc/>
    protected override ValueTask<DescribeProducersResponse> HandleAsync(DescribeProducersRequest request, RequestContext context)
    {
        var response = new DescribeProducersResponse();
        foreach (DescribeProducersRequest.Topic topic in request.Topics)
        {
            BrokerTopic? known = topics.Find(topic.Name);
            response.Topics.Add(new DescribeProducersResponse.Topic
            {
                Name = topic.Name,
                Partitions =
                [
                    .. topic.PartitionIndexes.Select(index => new DescribeProducersResponse.Partition
                    {
                        Index = index,
                        ErrorCode = known?.Find(index) is null ? KafkaError.UnknownTopicOrPartition : KafkaError.None,
                    }),
                ],
            });
        }

        return new ValueTask<DescribeProducersResponse>(response);
    }
}
