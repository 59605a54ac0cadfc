using Duramen.Broker.Partitions;
using Duramen.Broker.Requests;
using Duramen.Broker.Topics;
using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Log;

namespace Duramen.Broker.Handlers.Producers;

/// <summary>Describes the producers that partitions remember (KIP-664), each partition once. Nobody has a transaction, as there are none yet.</summary>
internal sealed class DescribeProducersHandler(BrokerTopics topics) : ApiHandler<DescribeProducersRequest, DescribeProducersResponse>
{
    /// <inheritdoc/>
    protected override async ValueTask<DescribeProducersResponse> HandleAsync(DescribeProducersRequest request, RequestContext context)
    {
        var response = new DescribeProducersResponse();
        foreach (IGrouping<string, DescribeProducersRequest.Topic> asked in request.Topics.GroupBy(topic => topic.Name, StringComparer.Ordinal))
        {
            BrokerTopic? known = topics.Find(asked.Key);
            var topic = new DescribeProducersResponse.Topic { Name = asked.Key };
            response.Topics.Add(topic);
            foreach (int index in asked.SelectMany(part => part.PartitionIndexes).Distinct())
            {
                topic.Partitions.Add(await DescribeAsync(known?.Find(index), index, context.Gone).ConfigureAwait(false));
            }
        }

        return response;
    }

    private static async ValueTask<DescribeProducersResponse.Partition> DescribeAsync(Partition? partition, int index, CancellationToken gone)
    {
        var answer = new DescribeProducersResponse.Partition { Index = index };
        if (partition is null)
        {
            answer.ErrorCode = KafkaError.UnknownTopicOrPartition;
            return answer;
        }

        try
        {
            foreach (KnownProducer producer in await partition.Log.ListProducersAsync(gone).ConfigureAwait(false))
            {
                answer.ActiveProducers.Add(new DescribeProducersResponse.Producer
                {
                    ProducerId = producer.Producer.Value,
                    ProducerEpoch = producer.Epoch,
                    LastSequence = producer.LastSequence,
                    LastTimestamp = producer.LastActiveMs,
                    CoordinatorEpoch = -1,
                });
            }
        }
        catch (LogException exception)
        {
            answer.ErrorCode = LogFailures.OfRead(exception);
        }

        return answer;
    }
}
