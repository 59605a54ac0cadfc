using Duramen.Broker.Requests;
using Duramen.Broker.Topics;
using Duramen.Kafka;
using Duramen.Kafka.Messages;

namespace Duramen.Broker.Handlers.Topics;

/// <summary>Moves replicas to other brokers. There are none, so that a replica is where it is to be, or is to be where nothing is; and no move is ever under way.</summary>
internal sealed class AlterPartitionReassignmentsHandler(BrokerTopics topics, BrokerOptions options)
    : ApiHandler<AlterPartitionReassignmentsRequest, AlterPartitionReassignmentsResponse>
{
    /// <inheritdoc/>
    protected override ValueTask<AlterPartitionReassignmentsResponse> HandleAsync(AlterPartitionReassignmentsRequest request, RequestContext context)
    {
        var response = new AlterPartitionReassignmentsResponse();
        foreach (AlterPartitionReassignmentsRequest.Topic asked in request.Topics)
        {
            BrokerTopic? topic = topics.Find(asked.Name);
            var answer = new AlterPartitionReassignmentsResponse.Topic { Name = asked.Name };
            foreach (AlterPartitionReassignmentsRequest.Partition part in asked.Partitions)
            {
                KafkaError error = topic?.Find(part.Index) is null ? KafkaError.UnknownTopicOrPartition : Move(part.Replicas);
                answer.Partitions.Add(new() { Index = part.Index, ErrorCode = error, ErrorMessage = error == KafkaError.None ? null : error.Message });
            }

            response.Topics.Add(answer);
        }

        return new ValueTask<AlterPartitionReassignmentsResponse>(response);
    }

    private KafkaError Move(List<int>? replicas) =>
        replicas is null ? KafkaError.NoReassignmentInProgress
        : replicas is [int only] && only == options.NodeId ? KafkaError.None
        : KafkaError.InvalidReplicaAssignment;
}
