using Duramen.Coordination.Configs;
using Duramen.Coordination.Configs.Commands;
using Duramen.Coordination.Tests.Topics;
using Duramen.Coordination.Topics;
using Duramen.Log;

namespace Duramen.Coordination.Tests.Configs;

/// <summary>What is set on brokers while they run.</summary>
public sealed class BrokerConfigTests : IAsyncDisposable
{
    private const string Broker = "7";
    private readonly CatalogFixture _catalog = new();

    public ValueTask DisposeAsync() => _catalog.DisposeAsync();

    [Fact]
    public async Task What_is_set_on_a_broker_is_what_topics_have_where_nothing_is_set_on_them()
    {
        await _catalog.DoneAsync(_catalog.Create("before"));
        await _catalog.DoneAsync(_catalog.Create("own", ("retention.ms", "5")));
        await DoneAsync(Set(Broker, ("log.retention.ms", "1000"), ("log.cleanup.policy", "compact")));
        await _catalog.DoneAsync(_catalog.Create("after"));
        foreach (string restarted in new[] { "no", "yes" })
        {
            TopicSet topics = await _catalog.TopicsAsync();
            Assert.Equal((1000L, CleanupPolicy.Compact), (Log(topics, "before").RetentionMs, Log(topics, "before").Cleanup));
            Assert.Equal((5L, CleanupPolicy.Compact), (Log(topics, "own").RetentionMs, Log(topics, "own").Cleanup));
            Assert.Equal(Log(topics, "before"), Log(topics, "after"));
            await _catalog.RestartAsync();
        }

        await DoneAsync(new ReplaceBrokerConfigs(Broker, []));
        Assert.Equal(new LogOptions().RetentionMs, Log(await _catalog.TopicsAsync(), "before").RetentionMs);
    }

    [Fact]
    public async Task What_is_set_on_one_broker_counts_before_what_is_set_on_all()
    {
        await _catalog.DoneAsync(_catalog.Create("a"));
        await DoneAsync(Set(Broker, ("log.retention.ms", "1")));
        await DoneAsync(Set(BrokerOverrides.AllBrokers, ("log.retention.ms", "2"), ("log.segment.bytes", "1000")));
        TopicSet topics = await _catalog.TopicsAsync();
        ConfigEntry retention = topics.Find("a")!.DescribeConfigs().Single(entry => entry.Name == "retention.ms");
        Assert.Equal(("1", ConfigSource.Broker), (retention.Value, retention.Source));
        Assert.Equal(
            [new ConfigSynonym("log.retention.ms", "1", ConfigSource.Broker), new ConfigSynonym("log.retention.ms", "2", ConfigSource.AllBrokers)],
            retention.Synonyms);

        ConfigEntry[] shown = [.. BrokerConfigs.Describe(Broker, topics.Defaults.Overrides, _ => null)];
        Assert.Equal(("1000", ConfigSource.AllBrokers), shown.Where(entry => entry.Name == "log.segment.bytes").Select(entry => (entry.Value, entry.Source)).Single());
        ConfigEntry[] common = [.. BrokerConfigs.Describe(BrokerOverrides.AllBrokers, topics.Defaults.Overrides, _ => "1")];
        Assert.Equal([("log.retention.ms", "2"), ("log.segment.bytes", "1000")], common.Select(entry => (entry.Name, entry.Value)));
        Assert.All(common, entry => Assert.Equal(ConfigSource.AllBrokers, Assert.Single(entry.Synonyms).Source));

        await DoneAsync(new ChangeBrokerConfigs(Broker, [new("log.retention.ms", ConfigOperation.Delete, null)]));
        Assert.Equal(2, Log(await _catalog.TopicsAsync(), "a").RetentionMs);
    }

    [Fact]
    public async Task Words_are_appended_to_what_is_in_force()
    {
        await _catalog.DoneAsync(_catalog.Create("a"));
        await DoneAsync(new ChangeBrokerConfigs(Broker, [new("log.cleanup.policy", ConfigOperation.Append, "compact")]));
        await _catalog.DoneAsync(new Duramen.Coordination.Topics.Commands.ChangeConfigs("a", [new("cleanup.policy", ConfigOperation.Subtract, "delete")]));
        Assert.Equal(CleanupPolicy.Compact, Log(await _catalog.TopicsAsync(), "a").Cleanup);
        await DoneAsync(new ChangeBrokerConfigs(Broker, [new("log.cleanup.policy", ConfigOperation.Subtract, "compact")]));
        Assert.Equal("delete", (await _catalog.TopicsAsync()).Defaults.Overrides.On(Broker)["log.cleanup.policy"]);
    }

    [Fact]
    public async Task What_a_broker_is_started_with_and_what_is_no_value_is_refused()
    {
        foreach ((string name, string? value) in new[]
        {
            ("num.partitions", "3"), ("node.id", "8"), ("log.retention.ms", "soon"), ("log.segment.bytes", "1"), ("log.retention.ms", null), ("", "x"),
            (new string('x', BrokerConfigs.MaxNameLength + 1), "x"), ("custom", new string('x', ConfigDefinition.MaxValueLength + 1)),
        })
        {
            Assert.Equal(TopicError.InvalidRequest, await _catalog.RefusedAsync(new ChangeBrokerConfigs(Broker, [new(name, ConfigOperation.Set, value)])));
            Assert.Equal(TopicError.InvalidRequest, await _catalog.RefusedAsync(new ReplaceBrokerConfigs(Broker, [new(name, value)])));
        }

        Assert.Equal(TopicError.InvalidRequest, await _catalog.RefusedAsync(Set("8", ("log.retention.ms", "1"))));
        Assert.Equal(TopicError.InvalidRequest, await _catalog.RefusedAsync(Set(Broker, ("log.retention.ms", "1"), ("log.retention.ms", "2"))));
        Assert.Equal(TopicError.InvalidRequest, await _catalog.RefusedAsync(new ChangeBrokerConfigs(Broker, [new("custom", ConfigOperation.Append, "1")])));
        Assert.Equal(
            TopicError.InvalidRequest,
            await _catalog.RefusedAsync(Set(Broker, [.. Enumerable.Range(0, BrokerConfigs.MaxOverrides + 1).Select(number => ($"custom.{number}", "1"))])));
    }

    [Fact]
    public async Task A_name_that_nobody_knows_is_kept_as_in_Kafka()
    {
        await DoneAsync(Set(Broker, ("background.threads", "9")));
        ConfigEntry kept = BrokerConfigs.Describe(Broker, (await _catalog.TopicsAsync()).Defaults.Overrides, _ => null).Single(entry => entry.Name == "background.threads");
        Assert.Equal(("9", ConfigSource.Broker, ConfigType.Unknown), (kept.Value, kept.Source, kept.Definition.Type));
    }

    [Fact]
    public async Task A_change_that_is_only_checked_changes_nothing()
    {
        await DoneAsync(Set(Broker, ("log.retention.ms", "1")) with { ValidateOnly = true });
        Assert.Empty((await _catalog.TopicsAsync()).Defaults.Overrides.On(Broker));
        Assert.Equal(0, _catalog.Log.Watermarks.End.Value);
    }

    private static ChangeBrokerConfigs Set(string broker, params (string Name, string Value)[] configs) =>
        new(broker, [.. configs.Select(config => new ConfigChange(config.Name, ConfigOperation.Set, config.Value))]);

    private static LogOptions Log(TopicSet topics, string name) => topics.Find(name)!.Settings.Log;

    private async Task DoneAsync(BrokerConfigChange change) => await _catalog.DoneAsync(change);
}
