using Duramen.Broker.Partitions;
using Duramen.Broker.Requests;
using Duramen.Broker.Topics;
using Duramen.Kafka.Messages;
using Duramen.Log;

namespace Duramen.Broker.Handlers.Cluster;

/// <summary>Says how large partitions are. All of them are in one place, whose name is not a client's business.</summary>
internal sealed class DescribeLogDirsHandler(BrokerTopics topics, ILogStore store) : ApiHandler<DescribeLogDirsRequest, DescribeLogDirsResponse>
{
    /// <inheritdoc/>
    protected override ValueTask<DescribeLogDirsResponse> HandleAsync(DescribeLogDirsRequest request, RequestContext context)
    {
        var result = new DescribeLogDirsResponse.Result { LogDir = LogDirs.Only };
        if (request.Topics is null)
        {
            foreach (BrokerTopic topic in topics.List())
            {
                Add(result, topic, topic.Partitions);
            }
        }
        else
        {
            foreach (DescribeLogDirsRequest.Topic asked in request.Topics)
            {
                if (topics.Find(asked.Name) is BrokerTopic topic)
                {
                    Add(result, topic, asked.PartitionIndexes.Select(topic.Find).OfType<Partition>());
                }
            }
        }

        return new ValueTask<DescribeLogDirsResponse>(new DescribeLogDirsResponse { Results = [result] });
    }

    private void Add(DescribeLogDirsResponse.Result result, BrokerTopic topic, IEnumerable<Partition> partitions)
    {
        var answer = new DescribeLogDirsResponse.Topic { Name = topic.Name };
        foreach (Partition partition in partitions)
        {
            try
            {
                answer.Partitions.Add(new DescribeLogDirsResponse.Partition { Index = partition.Index, SizeBytes = store.GetSizeBytes(partition.Log.Id) });
            }
            catch (LogException exception) when (exception.Code == LogErrors.NotFound)
            {
                // It was deleted meanwhile, and is told as little as one that never was.
            }
        }

        result.Topics.Add(answer);
    }
}
