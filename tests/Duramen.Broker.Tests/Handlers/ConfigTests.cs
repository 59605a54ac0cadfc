using Duramen.Coordination.Configs;
using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Testing.Kafka;

namespace Duramen.Broker.Tests.Handlers;

/// <summary>The configs of topics and of the broker, as clients are told them and change them.</summary>
public sealed class ConfigTests
{
    [Fact]
    public async Task Who_names_no_configs_is_told_all()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("t");
        foreach ((List<string>? names, int count) in new[] { (null, TopicConfigs.All.Count), ([], TopicConfigs.All.Count), (new List<string> { "retention.ms", "none" }, 1) })
        {
            DescribeConfigsResponse described = await client.AskAsync(new DescribeConfigsRequest { Resources = [new() { ResourceType = 2, ResourceName = "t", ConfigNames = names }] }, version: 1);
            Assert.Equal(count, described.Results[0].Configs.Count);
        }
    }

    [Fact]
    public async Task What_is_set_on_the_broker_counts_for_topics_at_once_and_after_a_restart()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("t");
        Assert.Equal(KafkaError.None, await ChangeAsync(client, "1", ("log.message.timestamp.type", 0, "LogAppendTime"), ("background.threads", 0, "9"), ("log.cleanup.policy", 2, "compact")));
        Assert.True((await TestBroker.ProduceAsync(client, "t", TestBroker.Batch("a"))).LogAppendTimeMs > 0);
        await broker.RestartAsync();
        using WireClient later = await broker.ConnectAsync();
        Assert.True((await TestBroker.ProduceAsync(later, "t", TestBroker.Batch("b"))).LogAppendTimeMs > 0);
        Dictionary<string, DescribeConfigsResponse.Config> shown = await DescribeAsync(later, 4, "1");
        Assert.Equal(("delete,compact", (sbyte)2, false), (shown["log.cleanup.policy"].Value, shown["log.cleanup.policy"].ConfigSource, shown["log.cleanup.policy"].ReadOnly));
        Assert.Equal((null, true, (sbyte)0), (shown["background.threads"].Value, shown["background.threads"].IsSensitive, shown["background.threads"].ConfigType));
        Assert.Equal(("delete,compact", (sbyte)2), ((await DescribeAsync(later, 2, "t"))["cleanup.policy"].Value, (await DescribeAsync(later, 2, "t"))["cleanup.policy"].ConfigSource));

        AlterConfigsResponse replaced = await later.AskAsync(new AlterConfigsRequest { Resources = [new() { ResourceType = 4, ResourceName = "1" }] }, version: 1);
        Assert.Equal(KafkaError.None, replaced.Results[0].ErrorCode);
        Assert.Equal(-1, (await TestBroker.ProduceAsync(later, "t", TestBroker.Batch("c"))).LogAppendTimeMs);
    }

    [Fact]
    public async Task What_the_broker_was_started_with_is_shown_and_cannot_be_changed_while_it_runs()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync();
        Dictionary<string, DescribeConfigsResponse.Config> shown = await DescribeAsync(client, 4, "1");
        Assert.Equal(($"127.0.0.1:{broker.Server.EndPoint.Port}", (sbyte)4, true), (shown["advertised.listeners"].Value, shown["advertised.listeners"].ConfigSource, shown["advertised.listeners"].ReadOnly));
        Assert.Equal(("0", (sbyte)4, true), (shown["group.initial.rebalance.delay.ms"].Value, shown["group.initial.rebalance.delay.ms"].ConfigSource, shown["group.initial.rebalance.delay.ms"].ReadOnly));
        Assert.Empty(await DescribeAsync(client, 4, ""));
        foreach ((string name, string value) in new[] { ("num.partitions", "2"), ("log.retention.ms", "soon") })
        {
            Assert.Equal(KafkaError.InvalidRequest, await ChangeAsync(client, "1", (name, 0, value)));
        }

        Assert.Equal(KafkaError.InvalidRequest, await ChangeAsync(client, "2", ("log.retention.ms", 0, "1")));
        Assert.Equal(KafkaError.None, await ChangeAsync(client, "", ("log.retention.ms", 0, "1")));
        Assert.Equal("log.retention.ms", Assert.Single(await DescribeAsync(client, 4, "")).Key);
    }

    private static async Task<KafkaError> ChangeAsync(WireClient client, string broker, params (string Name, sbyte Operation, string Value)[] changes)
    {
        IncrementalAlterConfigsResponse changed = await client.AskAsync(
            new IncrementalAlterConfigsRequest
            {
                Resources =
                [
                    new()
                    {
                        ResourceType = 4,
                        ResourceName = broker,
                        Configs = [.. changes.Select(change => new IncrementalAlterConfigsRequest.Config { Name = change.Name, Operation = change.Operation, Value = change.Value })],
                    },
                ],
            },
            version: 1);
        return changed.Results[0].ErrorCode;
    }

    private static async Task<Dictionary<string, DescribeConfigsResponse.Config>> DescribeAsync(WireClient client, sbyte type, string name)
    {
        DescribeConfigsResponse described = await client.AskAsync(new DescribeConfigsRequest { Resources = [new() { ResourceType = type, ResourceName = name }] }, version: 4);
        Assert.Equal(KafkaError.None, described.Results[0].ErrorCode);
        return described.Results[0].Configs.ToDictionary(config => config.Name, StringComparer.Ordinal);
    }
}
