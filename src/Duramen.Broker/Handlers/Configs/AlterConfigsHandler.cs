using Duramen.Broker.Requests;
using Duramen.Broker.Topics;
using Duramen.Coordination.Topics.Commands;
using Duramen.Kafka;
using Duramen.Kafka.Messages;

namespace Duramen.Broker.Handlers.Configs;

/// <summary>Replaces all settings of topics.</summary>
internal sealed class AlterConfigsHandler(BrokerTopics topics) : ApiHandler<AlterConfigsRequest, AlterConfigsResponse>
{
    /// <inheritdoc/>
    protected override async ValueTask<AlterConfigsResponse> HandleAsync(AlterConfigsRequest request, RequestContext context)
    {
        var response = new AlterConfigsResponse();
        foreach (IGrouping<(sbyte, string), AlterConfigsRequest.Resource> named in request.Resources.GroupBy(resource => (resource.ResourceType, resource.ResourceName)))
        {
            AlterConfigsRequest.Resource resource = named.First();
            var change = new ReplaceConfigs(resource.ResourceName, [.. resource.Configs.Select(config => new KeyValuePair<string, string?>(config.Name, config.Value))])
            {
                ValidateOnly = request.ValidateOnly,
            };
            (KafkaError error, string? message) = named.Skip(1).Any() ? ConfigChanges.Repeated : await ConfigChanges.ApplyAsync(topics, resource.ResourceType, resource.ResourceName, change).ConfigureAwait(false);
            response.Results.Add(new AlterConfigsResponse.Result
            {
                ErrorCode = error,
                ErrorMessage = message,
                ResourceType = resource.ResourceType,
                ResourceName = resource.ResourceName,
            });
        }

        return response;
    }
}
