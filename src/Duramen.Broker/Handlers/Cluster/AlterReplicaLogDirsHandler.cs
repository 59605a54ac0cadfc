using Duramen.Broker.Requests;
using Duramen.Broker.Topics;
using Duramen.Kafka;
using Duramen.Kafka.Messages;

namespace Duramen.Broker.Handlers.Cluster;

/// <summary>Moves replicas to another folder of the broker. There is one, so that they are where they are to be, or are to be where nothing is.</summary>
internal sealed class AlterReplicaLogDirsHandler(BrokerTopics topics) : ApiHandler<AlterReplicaLogDirsRequest, AlterReplicaLogDirsResponse>
{
    /// <inheritdoc/>
    protected override ValueTask<AlterReplicaLogDirsResponse> HandleAsync(AlterReplicaLogDirsRequest request, RequestContext context)
    {
        var response = new AlterReplicaLogDirsResponse();
        foreach (AlterReplicaLogDirsRequest.Dir dir in request.Dirs)
        {
            foreach (AlterReplicaLogDirsRequest.Topic asked in dir.Topics)
            {
                BrokerTopic? topic = topics.Find(asked.Name);
                response.Topics.Add(new AlterReplicaLogDirsResponse.Topic
                {
                    Name = asked.Name,
                    Partitions =
                    [
                        .. asked.PartitionIndexes.Select(index => new AlterReplicaLogDirsResponse.Partition
                        {
                            Index = index,
                            ErrorCode = dir.Path != LogDirs.Only ? KafkaError.LogDirNotFound
                                : topic?.Find(index) is null ? KafkaError.UnknownTopicOrPartition
                                : KafkaError.None,
                        }),
                    ],
                });
            }
        }

        return new ValueTask<AlterReplicaLogDirsResponse>(response);
    }
}
