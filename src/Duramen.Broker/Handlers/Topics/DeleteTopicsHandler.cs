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
        foreach (string name in request.TopicNames)
        {
            response.Topics.Add(await DeleteAsync(name, Guid.Empty).ConfigureAwait(false));
        }

        foreach (DeleteTopicsRequest.Topic topic in request.Topics)
        {
            response.Topics.Add(topic.Name is not null && topic.TopicId != Guid.Empty
                ? Refusal(topic.Name, topic.TopicId, KafkaError.InvalidRequest, "A topic is named by its name or by its id, not by both.")
                : await DeleteAsync(topic.Name, topic.TopicId).ConfigureAwait(false));
        }

        return response;
    }

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
