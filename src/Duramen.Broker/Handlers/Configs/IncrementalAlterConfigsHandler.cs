using Duramen.Broker.Requests;
using Duramen.Broker.Topics;
using Duramen.Coordination.Configs;
using Duramen.Coordination.Configs.Commands;
using Duramen.Coordination.Topics.Commands;
using Duramen.Kafka;
using Duramen.Kafka.Messages;

namespace Duramen.Broker.Handlers.Configs;

/// <summary>Changes some settings of topics or brokers and leaves the others.</summary>
internal sealed class IncrementalAlterConfigsHandler(BrokerTopics topics) : ApiHandler<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse>
{
    /// <inheritdoc/>
    protected override async ValueTask<IncrementalAlterConfigsResponse> HandleAsync(IncrementalAlterConfigsRequest request, RequestContext context)
    {
        var response = new IncrementalAlterConfigsResponse();
        foreach (IGrouping<(sbyte, string), IncrementalAlterConfigsRequest.Resource> named in request.Resources.GroupBy(resource => (resource.ResourceType, resource.ResourceName)))
        {
            IncrementalAlterConfigsRequest.Resource resource = named.First();
            (KafkaError error, string? message) = named.Skip(1).Any() ? ConfigChanges.Repeated : await ApplyAsync(resource, request.ValidateOnly).ConfigureAwait(false);
            response.Results.Add(new IncrementalAlterConfigsResponse.Result
            {
                ErrorCode = error,
                ErrorMessage = message,
                ResourceType = resource.ResourceType,
                ResourceName = resource.ResourceName,
            });
        }

        return response;
    }

    private ValueTask<(KafkaError Error, string? Message)> ApplyAsync(IncrementalAlterConfigsRequest.Resource resource, bool validateOnly)
    {
        var changes = new List<ConfigChange>(resource.Configs.Count);
        foreach (IncrementalAlterConfigsRequest.Config config in resource.Configs)
        {
            var operation = (ConfigOperation)config.Operation;
            if (!Enum.IsDefined(operation))
            {
                return new((KafkaError.InvalidRequest, $"Setting '{config.Name}': there is no operation {config.Operation}."));
            }

            changes.Add(new ConfigChange(config.Name, operation, config.Value));
        }

        return ConfigChanges.ApplyAsync(
            topics,
            resource.ResourceType,
            resource.ResourceName,
            new ChangeConfigs(resource.ResourceName, changes) { ValidateOnly = validateOnly },
            new ChangeBrokerConfigs(resource.ResourceName, changes) { ValidateOnly = validateOnly });
    }
}
