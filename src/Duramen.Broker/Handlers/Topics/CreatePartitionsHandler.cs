using Duramen.Broker.Requests;
using Duramen.Broker.Topics;
using Duramen.Coordination.Topics;
using Duramen.Coordination.Topics.Commands;
using Duramen.Kafka;
using Duramen.Kafka.Messages;

namespace Duramen.Broker.Handlers.Topics;

/// <summary>Gives topics more partitions.</summary>
internal sealed class CreatePartitionsHandler(BrokerTopics topics) : ApiHandler<CreatePartitionsRequest, CreatePartitionsResponse>
{
    /// <inheritdoc/>
    protected override async ValueTask<CreatePartitionsResponse> HandleAsync(CreatePartitionsRequest request, RequestContext context)
    {
        var response = new CreatePartitionsResponse();
        foreach (IGrouping<string, CreatePartitionsRequest.Topic> named in request.Topics.GroupBy(topic => topic.Name, StringComparer.Ordinal))
        {
            CreatePartitionsRequest.Topic topic = named.First();
            (KafkaError error, string? message) = named.Skip(1).Any()
                ? (KafkaError.InvalidRequest, $"Topic '{topic.Name}' is in the request more than once.")
                : await AddAsync(topic, request.ValidateOnly).ConfigureAwait(false);
            response.Topics.Add(new CreatePartitionsResponse.Topic { Name = topic.Name, ErrorCode = error, ErrorMessage = message });
        }

        return response;
    }

    private async ValueTask<(KafkaError Error, string? Message)> AddAsync(CreatePartitionsRequest.Topic topic, bool validateOnly)
    {
        if (InternalTopics.Contains(topic.Name))
        {
            // Groups are found by the number of partitions, which therefore never changes.
            return (KafkaError.InvalidTopic, $"Topic '{topic.Name}' is the broker's own and keeps its partitions.");
        }

        var command = new AddPartitions(topic.Name, topic.Count)
        {
            ValidateOnly = validateOnly,
            Assignments = topic.Assignments is null
                ? null
                : [.. topic.Assignments.Select((assignment, index) => new ReplicaAssignment((topics.Find(topic.Name)?.Partitions.Count ?? 0) + index, assignment.BrokerIds))],
        };
        try
        {
            TopicResult result = await topics.ChangeAsync(command).ConfigureAwait(false);
            return (TopicErrors.ToKafka(result.Error), result.Message);
        }
        catch (Exception exception) when (BrokerFailures.IsPlanned(exception))
        {
            return (BrokerFailures.OfCatalog(exception), exception.Message);
        }
    }
}
