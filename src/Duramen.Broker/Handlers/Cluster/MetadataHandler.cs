using Duramen.Broker.Partitions;
using Duramen.Broker.Requests;
using Duramen.Broker.Topics;
using Duramen.Coordination.Topics;
using Duramen.Coordination.Topics.Commands;
using Duramen.Kafka;
using Duramen.Kafka.Messages;

namespace Duramen.Broker.Handlers.Cluster;

/// <summary>
/// Describes the broker and topics, and makes a topic that a client asks for by name where that is configured. Such a topic is there when the answer
/// is, so that nobody has to ask twice.
/// </summary>
internal sealed class MetadataHandler(BrokerTopics topics, BrokerOptions options) : ApiHandler<MetadataRequest, MetadataResponse>
{
    /// <summary>The first version in which a topic that nobody has has no name.</summary>
    private const short FirstVersionWithoutNames = 12;

    /// <inheritdoc/>
    protected override async ValueTask<MetadataResponse> HandleAsync(MetadataRequest request, RequestContext context)
    {
        BrokerAddress address = BrokerAddress.For(context.Connection, options);
        var response = new MetadataResponse
        {
            Brokers = [new MetadataResponse.Broker { NodeId = options.NodeId, Host = address.Host, Port = address.Port }],
            ClusterId = options.ClusterId,
            ControllerId = options.NodeId,
            ClusterAuthorizedOperations = request.IncludeClusterAuthorizedOperations ? AllowedOperations.OfCluster : AllowedOperations.NotAsked,
        };
        await DescribeTopicsAsync(request, response, context).ConfigureAwait(false);
        if (request.IncludeTopicAuthorizedOperations)
        {
            foreach (MetadataResponse.Topic topic in response.Topics.Where(topic => topic.ErrorCode == KafkaError.None))
            {
                topic.AuthorizedOperations = AllowedOperations.OfTopic;
            }
        }

        return response;
    }

    private async ValueTask DescribeTopicsAsync(MetadataRequest request, MetadataResponse response, RequestContext context)
    {
        // In version 0 an empty list asks for all topics; later null does, and an empty one asks for none.
        if (request.Topics is null || (context.Version == 0 && request.Topics.Count == 0))
        {
            foreach (BrokerTopic topic in topics.List())
            {
                response.Topics.Add(Describe(topic));
            }

            return;
        }

        // As in Kafka a topic is described once, however often it is asked for: answers stay in proportion to what there is.
        int mayMake = request.AllowAutoTopicCreation ? RequestLimits.MaxNewPartitions / options.DefaultPartitions : 0;
        foreach (MetadataRequest.Topic asked in request.Topics.DistinctBy(topic => (NameIn(topic), topic.TopicId)))
        {
            mayMake -= NameIn(asked) is string name && topics.Find(name) is null ? 1 : 0;
            response.Topics.Add(await FindAsync(asked, mayMake >= 0 && request.AllowAutoTopicCreation, context.Version).ConfigureAwait(false));
        }
    }

    /// <summary>The name that a topic is asked for by; null when that is its id, beside which Java's clients leave the name empty and not null.</summary>
    private static string? NameIn(MetadataRequest.Topic asked) => asked.TopicId == Guid.Empty ? asked.Name : null;

    private async ValueTask<MetadataResponse.Topic> FindAsync(MetadataRequest.Topic asked, bool mayCreate, short version)
    {
        if (NameIn(asked) is not string name)
        {
            return topics.Find(asked.TopicId) is BrokerTopic byId
                ? Describe(byId)
                : new MetadataResponse.Topic { ErrorCode = KafkaError.UnknownTopicId, Name = version < FirstVersionWithoutNames ? "" : null, TopicId = asked.TopicId };
        }

        if (topics.Find(name) is BrokerTopic topic)
        {
            return Describe(topic);
        }

        KafkaError error = TopicName.FaultOf(name) is null ? KafkaError.UnknownTopicOrPartition : KafkaError.InvalidTopic;
        if (mayCreate && options.AutoCreateTopics && error == KafkaError.UnknownTopicOrPartition && !InternalTopics.Contains(name))
        {
            try
            {
                TopicResult made = await topics.ChangeAsync(new CreateTopic(Guid.NewGuid(), name)).ConfigureAwait(false);
                error = TopicErrors.ToKafka(made.Error);
            }
            catch (Exception exception) when (BrokerFailures.IsPlanned(exception))
            {
                error = KafkaError.LeaderNotAvailable;
            }

            // Another client may have made it first.
            if (topics.Find(name) is BrokerTopic created)
            {
                return Describe(created);
            }
        }

        return new MetadataResponse.Topic { ErrorCode = error, Name = name };
    }

    private MetadataResponse.Topic Describe(BrokerTopic topic)
    {
        var answer = new MetadataResponse.Topic
        {
            Name = topic.Name,
            TopicId = topic.Id,
            IsInternal = topic.IsInternal,
            Partitions = new(topic.Partitions.Count),
        };
        foreach (Partition partition in topic.Partitions)
        {
            answer.Partitions.Add(new MetadataResponse.Partition
            {
                Index = partition.Index,
                LeaderId = options.NodeId,
                LeaderEpoch = Partition.Epoch.Value,
                ReplicaNodes = [options.NodeId],
                IsrNodes = [options.NodeId],
            });
        }

        return answer;
    }
}
