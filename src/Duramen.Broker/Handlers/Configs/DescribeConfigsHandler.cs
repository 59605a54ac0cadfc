using System.Globalization;
using Duramen.Broker.Handlers.Cluster;
using Duramen.Broker.Requests;
using Duramen.Broker.Topics;
using Duramen.Coordination.Configs;
using Duramen.Coordination.Topics;
using Duramen.Kafka;
using Duramen.Kafka.Messages;

namespace Duramen.Broker.Handlers.Configs;

/// <summary>Tells the settings of topics and of the broker.</summary>
internal sealed class DescribeConfigsHandler(BrokerTopics topics, BrokerOptions options) : ApiHandler<DescribeConfigsRequest, DescribeConfigsResponse>
{
    /// <inheritdoc/>
    protected override ValueTask<DescribeConfigsResponse> HandleAsync(DescribeConfigsRequest request, RequestContext context)
    {
        var response = new DescribeConfigsResponse();
        foreach (DescribeConfigsRequest.Resource resource in request.Resources.DistinctBy(resource => (resource.ResourceType, resource.ResourceName)))
        {
            var result = new DescribeConfigsResponse.Result { ResourceType = resource.ResourceType, ResourceName = resource.ResourceName };
            response.Results.Add(result);
            (IEnumerable<ConfigEntry>? entries, result.ErrorCode, result.ErrorMessage) = Find(resource, context);
            foreach (ConfigEntry entry in entries ?? [])
            {
                // As in Kafka, who names none gets all, like who leaves the names out.
                if (resource.ConfigNames is null or [] || resource.ConfigNames.Contains(entry.Name))
                {
                    result.Configs.Add(Describe(entry, request));
                }
            }
        }

        return new ValueTask<DescribeConfigsResponse>(response);
    }

    private (IEnumerable<ConfigEntry>? Entries, KafkaError Error, string? Message) Find(DescribeConfigsRequest.Resource resource, RequestContext context)
    {
        switch (resource.ResourceType)
        {
            case ConfigNumbers.TopicResource:
                return topics.Find(resource.ResourceName) is BrokerTopic topic ? (topic.Topic.DescribeConfigs(), KafkaError.None, null)
                    : TopicName.FaultOf(resource.ResourceName) is string fault ? (null, KafkaError.InvalidTopic, fault)
                    : (null, KafkaError.UnknownTopicOrPartition, $"There is no topic '{resource.ResourceName}'.");

            case ConfigNumbers.BrokerResource:
                return resource.ResourceName == BrokerOverrides.AllBrokers || resource.ResourceName == options.NodeId.ToString(CultureInfo.InvariantCulture)
                    ? (DescribeBroker(resource.ResourceName, context), KafkaError.None, null)
                    : (null, KafkaError.InvalidRequest, $"This is broker {options.NodeId}; broker '{resource.ResourceName}' is not asked for here.");
            default:
                return (null, KafkaError.InvalidRequest, $"Resources of type {resource.ResourceType} have no settings here.");
        }
    }

    private IEnumerable<ConfigEntry> DescribeBroker(string name, RequestContext context)
    {
        BrokerAddress address = BrokerAddress.For(context.Connection, options);
        return BrokerConfigs.Describe(name, topics.Defaults.Overrides, setting => StartSettings.Find(options, address, setting));
    }

    private static DescribeConfigsResponse.Config Describe(ConfigEntry entry, DescribeConfigsRequest request) => new()
    {
        Name = entry.Name,
        Value = IsSecret(entry) ? null : entry.Value,
        IsSensitive = IsSecret(entry),
        ReadOnly = entry.IsReadOnly,
        IsDefault = entry.Source == ConfigSource.Default,
        ConfigSource = ConfigNumbers.OfSource(entry.Source),
        ConfigType = ConfigNumbers.OfType(entry.Definition.Type),
        Documentation = request.IncludeDocumentation ? entry.Definition.Documentation : null,
        Synonyms = request.IncludeSynonyms
            ? [.. entry.Synonyms.Select(synonym => new DescribeConfigsResponse.Synonym
            {
                Name = synonym.Name,
                Value = IsSecret(entry) ? null : synonym.Value,
                ConfigSource = ConfigNumbers.OfSource(synonym.Source),
            })]
            : [],
    };

    /// <summary>As in Kafka, what nobody knows may be a secret.</summary>
    private static bool IsSecret(ConfigEntry entry) => entry.Definition.Type == ConfigType.Unknown;
}
