using Duramen.Broker.Requests;
using Duramen.Broker.Topics;
using Duramen.Kafka;
using Duramen.Kafka.Messages;

namespace Duramen.Broker.Handlers.Topics;

/// <summary>Has leaders elected. Every partition is led by its only replica, so that no election is ever needed; who asks about all partitions is told of none.</summary>
internal sealed class ElectLeadersHandler(BrokerTopics topics) : ApiHandler<ElectLeadersRequest, ElectLeadersResponse>
{
    /// <inheritdoc/>
    protected override ValueTask<ElectLeadersResponse> HandleAsync(ElectLeadersRequest request, RequestContext context)
    {
        var response = new ElectLeadersResponse();
        foreach (ElectLeadersRequest.Topic asked in request.Topics ?? [])
        {
            BrokerTopic? topic = topics.Find(asked.Name);
            response.Topics.Add(new ElectLeadersResponse.Topic
            {
                Name = asked.Name,
                Partitions = [.. asked.PartitionIndexes.Select(index => Answer(index, topic?.Find(index) is null ? KafkaError.UnknownTopicOrPartition : KafkaError.ElectionNotNeeded))],
            });
        }

        return new ValueTask<ElectLeadersResponse>(response);
    }

    private static ElectLeadersResponse.Partition Answer(int index, KafkaError error) => new() { Index = index, ErrorCode = error, ErrorMessage = error.Message };
}
