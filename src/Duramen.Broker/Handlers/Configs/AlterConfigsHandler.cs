using Duramen.Broker.Requests;
using Duramen.Broker.Topics;
using Duramen.Coordination.Configs.Commands;
using Duramen.Coordination.Topics.Commands;
using Duramen.Kafka;
using Duramen.Kafka.Messages;

namespace Duramen.Broker.Handlers.Configs;

/// <summary>Replaces all settings of topics, or all that were set on brokers.</summary>
internal sealed class AlterConfigsHandler(BrokerTopics topics) : ApiHandler<AlterConfigsRequest, AlterConfigsResponse>
{
    /// <inheritdoc/>
    protected override async ValueTask<AlterConfigsResponse> HandleAsync(AlterConfigsRequest request, RequestContext context)
    {
        var response = new AlterConfigsResponse();
        foreach (IGrouping<(sbyte, string), AlterConfigsRequest.Resource> named in request.Resources.GroupBy(resource => (resource.ResourceType, resource.ResourceName)))
        {
            AlterConfigsRequest.Resource resource = named.First();
            (KafkaError error, string? message) = named.Skip(1).Any() ? ConfigChanges.Repeated : await ApplyAsync(resource, request.ValidateOnly).ConfigureAwait(false);
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

    private ValueTask<(KafkaError Error, string? Message)> ApplyAsync(AlterConfigsRequest.Resource resource, bool validateOnly)
    {
        KeyValuePair<string, string?>[] configs = [.. resource.Configs.Select(config => KeyValuePair.Create(config.Name, config.Value))];
        return ConfigChanges.ApplyAsync(
            topics,
            resource.ResourceType,
            resource.ResourceName,
            new ReplaceConfigs(resource.ResourceName, configs) { ValidateOnly = validateOnly },
            new ReplaceBrokerConfigs(resource.ResourceName, configs) { ValidateOnly = validateOnly });
    }
}
