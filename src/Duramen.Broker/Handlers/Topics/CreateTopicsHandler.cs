using Duramen.Broker.Handlers.Configs;
using Duramen.Broker.Requests;
using Duramen.Broker.Topics;
using Duramen.Coordination.Topics;
using Duramen.Coordination.Topics.Commands;
using Duramen.Kafka;
using Duramen.Kafka.Messages;

namespace Duramen.Broker.Handlers.Topics;

/// <summary>Makes topics, each for itself: one that is refused does not keep the others from being made.</summary>
internal sealed class CreateTopicsHandler(BrokerTopics topics) : ApiHandler<CreateTopicsRequest, CreateTopicsResponse>
{
    /// <inheritdoc/>
    protected override async ValueTask<CreateTopicsResponse> HandleAsync(CreateTopicsRequest request, RequestContext context)
    {
        var response = new CreateTopicsResponse();
        HashSet<string> named = new(StringComparer.Ordinal);
        HashSet<string> repeated = [.. request.Topics.Select(topic => topic.Name).Where(name => !named.Add(name))];
        HashSet<string> answered = new(StringComparer.Ordinal);
        long newPartitions = 0;
        foreach (CreateTopicsRequest.Topic asked in request.Topics)
        {
            newPartitions += Math.Max(1, Math.Max(asked.NumPartitions, asked.Assignments.Count));
            if (newPartitions > RequestLimits.MaxNewPartitions && !repeated.Contains(asked.Name))
            {
                response.Topics.Add(Refusal(asked.Name, KafkaError.PolicyViolation, $"One request makes {RequestLimits.MaxNewPartitions} partitions at most."));
            }
            else if (!repeated.Contains(asked.Name))
            {
                response.Topics.Add(await CreateAsync(asked, request.ValidateOnly).ConfigureAwait(false));
            }
            else if (answered.Add(asked.Name))
            {
                response.Topics.Add(Refusal(asked.Name, KafkaError.InvalidRequest, $"Topic '{asked.Name}' is in the request more than once."));
            }
        }

        return response;
    }

    private async ValueTask<CreateTopicsResponse.Topic> CreateAsync(CreateTopicsRequest.Topic asked, bool validateOnly)
    {
        var command = new CreateTopic(Guid.NewGuid(), asked.Name)
        {
            PartitionCount = asked.NumPartitions,
            ReplicationFactor = asked.ReplicationFactor,
            Assignments = [.. asked.Assignments.Select(assignment => new ReplicaAssignment(assignment.Index, assignment.BrokerIds))],
            Configs = [.. asked.Configs.Select(config => new KeyValuePair<string, string?>(config.Name, config.Value))],
            ValidateOnly = validateOnly,
        };
        try
        {
            TopicResult result = await topics.ChangeAsync(command).ConfigureAwait(false);
            return result.Topic is Topic topic
                ? Describe(topic, validateOnly)
                : Refusal(asked.Name, TopicErrors.ToKafka(result.Error), result.Message);
        }
        catch (Exception exception) when (BrokerFailures.IsPlanned(exception))
        {
            return Refusal(asked.Name, BrokerFailures.OfCatalog(exception), exception.Message);
        }
    }

    private static CreateTopicsResponse.Topic Describe(Topic topic, bool validateOnly) => new()
    {
        Name = topic.Name,
        TopicId = validateOnly ? Guid.Empty : topic.Id,
        NumPartitions = topic.PartitionCount,
        ReplicationFactor = 1,
        Configs =
        [
            .. topic.DescribeConfigs().Select(entry => new CreateTopicsResponse.Config
            {
                Name = entry.Name,
                Value = entry.Value,
                ReadOnly = entry.IsReadOnly,
                ConfigSource = ConfigNumbers.OfSource(entry.Source),
            }),
        ],
    };

    private static CreateTopicsResponse.Topic Refusal(string name, KafkaError error, string? message) =>
        new() { Name = name, ErrorCode = error, ErrorMessage = message ?? error.Message };
}
