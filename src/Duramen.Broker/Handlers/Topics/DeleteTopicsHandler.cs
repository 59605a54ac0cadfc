using Duramen.Broker.Requests;
using Duramen.Broker.Topics;
using Duramen.Coordination.Topics;
using Duramen.Coordination.Topics.Commands;
using Duramen.Kafka;
using Duramen.Kafka.Messages;

namespace Duramen.Broker.Handlers.Topics;

/// <summary>Deletes topics with their records and with what groups committed in them, by name or by id.</summary>
internal sealed class DeleteTopicsHandler(BrokerTopics topics) : ApiHandler<DeleteTopicsRequest, DeleteTopicsResponse>
{
    /// <inheritdoc/>
    protected override async ValueTask<DeleteTopicsResponse> HandleAsync(DeleteTopicsRequest request, RequestContext context)
    {
        var response = new DeleteTopicsResponse();
        IEnumerable<(string? Name, Guid Id)> asked = [.. request.TopicNames.Select(name => ((string?)name, Guid.Empty)), .. request.Topics.Select(topic => (topic.Name, topic.TopicId))];
        foreach (IGrouping<(string? Name, Guid Id), (string? Name, Guid Id)> named in asked.GroupBy(topic => topic))
        {
            (string? name, Guid id) = named.Key;
            response.Topics.Add(FaultOf(name, id, named.Skip(1).Any()) is string fault
                ? Refusal(name, id, KafkaError.InvalidRequest, fault)
                : await DeleteAsync(name, id).ConfigureAwait(false));
        }

        return response;
    }

    private static string? FaultOf(string? name, Guid id, bool isRepeated) =>
        name is not null && id != Guid.Empty ? "A topic is named by its name or by its id, not by both."
        : name is null && id == Guid.Empty ? "A topic is named by its name or by its id."
        : isRepeated ? "The topic is in the request more than once."
        : null;

    private async ValueTask<DeleteTopicsResponse.Topic> DeleteAsync(string? name, Guid id)
    {
        if ((name ?? topics.Find(id)?.Name) is string known && InternalTopics.Contains(known))
        {
            return Refusal(name, id, KafkaError.InvalidTopic, $"Topic '{known}' is the broker's own and cannot be deleted.");
        }

        try
        {
            TopicResult result = await topics.DeleteAsync(name is null ? new DeleteTopic(id) : new DeleteTopic(name)).ConfigureAwait(false);
            return result.Topic is Topic topic
                ? new DeleteTopicsResponse.Topic { Name = topic.Name, TopicId = topic.Id }
                : Refusal(name, id, TopicErrors.ToKafka(result.Error), result.Message);
        }
        catch (Exception exception) when (BrokerFailures.IsPlanned(exception))
        {
            return Refusal(name, id, BrokerFailures.OfCatalog(exception), exception.Message);
        }
    }

    private static DeleteTopicsResponse.Topic Refusal(string? name, Guid id, KafkaError error, string? message) =>
        new() { Name = name, TopicId = id, ErrorCode = error, ErrorMessage = message ?? error.Message };
}
