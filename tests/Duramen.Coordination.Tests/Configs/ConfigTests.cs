using System.Collections.Immutable;
using Duramen.Coordination.Configs;
using Duramen.Coordination.Topics;
using Duramen.Log;
using Duramen.Records.Compression;

namespace Duramen.Coordination.Tests.Configs;

public sealed class ConfigTests
{
    // What `kafka-configs --describe --all` of Apache Kafka 4 shows for a topic, and what 3.x shows besides.
    private static readonly Dictionary<string, string> KafkaDefaults = new(StringComparer.Ordinal)
    {
        ["cleanup.policy"] = "delete",
        ["compression.gzip.level"] = "-1",
        ["compression.lz4.level"] = "9",
        ["compression.type"] = "producer",
        ["compression.zstd.level"] = "3",
        ["delete.retention.ms"] = "86400000",
        ["file.delete.delay.ms"] = "60000",
        ["flush.messages"] = "9223372036854775807",
        ["flush.ms"] = "9223372036854775807",
        ["follower.replication.throttled.replicas"] = "",
        ["index.interval.bytes"] = "4096",
        ["leader.replication.throttled.replicas"] = "",
        ["local.retention.bytes"] = "-2",
        ["local.retention.ms"] = "-2",
        ["max.compaction.lag.ms"] = "9223372036854775807",
        ["max.message.bytes"] = "1048588",
        ["message.downconversion.enable"] = "true",
        ["message.format.version"] = "3.0-IV1",
        ["message.timestamp.after.max.ms"] = "3600000",
        ["message.timestamp.before.max.ms"] = "9223372036854775807",
        ["message.timestamp.difference.max.ms"] = "9223372036854775807",
        ["message.timestamp.type"] = "CreateTime",
        ["min.cleanable.dirty.ratio"] = "0.5",
        ["min.compaction.lag.ms"] = "0",
        ["min.insync.replicas"] = "1",
        ["preallocate"] = "false",
        ["remote.log.copy.disable"] = "false",
        ["remote.log.delete.on.disable"] = "false",
        ["remote.storage.enable"] = "false",
        ["retention.bytes"] = "-1",
        ["retention.ms"] = "604800000",
        ["segment.bytes"] = "1073741824",
        ["segment.index.bytes"] = "10485760",
        ["segment.jitter.ms"] = "0",
        ["segment.ms"] = "604800000",
        ["unclean.leader.election.enable"] = "false",
    };

    [Fact]
    public void Topics_have_the_configs_and_defaults_of_Kafka()
    {
        Assert.Equal(
            KafkaDefaults.OrderBy(config => config.Key, StringComparer.Ordinal),
            TopicConfigs.All.Where(definition => definition != TopicConfigs.AuditProducers).Select(definition => KeyValuePair.Create(definition.Name, definition.Default)));
    }

    [Fact]
    public void Every_default_is_a_value_that_could_be_set_and_is_in_its_one_form()
    {
        foreach (ConfigDefinition definition in TopicConfigs.All.Concat(BrokerConfigs.All))
        {
            Assert.True(definition.TryNormalise(definition.Default, out string value, out string fault), fault);
            Assert.Equal(definition.Default, value);
            Assert.EndsWith(".", definition.Documentation, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("retention.ms", "-1", "-1")]
    [InlineData("retention.ms", " 0100 ", "100")]
    [InlineData("preallocate", "TRUE", "true")]
    [InlineData("min.cleanable.dirty.ratio", "1e-1", "0.1")]
    [InlineData("cleanup.policy", "", "")]
    [InlineData("cleanup.policy", " compact ,delete", "compact,delete")]
    [InlineData("compression.type", "zstd", "zstd")]
    [InlineData("max.message.bytes", "2147483647", "2147483647")]
    public void A_value_is_kept_in_its_one_form(string name, string text, string value)
    {
        Assert.True(TopicConfigs.Find(name)!.TryNormalise(text, out string normal, out _));
        Assert.Equal(value, normal);
    }

    [Theory]
    [InlineData("retention.ms", "-2")]
    [InlineData("retention.ms", "")]
    [InlineData("retention.ms", "1.5")]
    [InlineData("retention.ms", "9223372036854775808")]
    [InlineData("max.message.bytes", "2147483648")]
    [InlineData("max.message.bytes", "-1")]
    [InlineData("segment.bytes", "13")]
    [InlineData("preallocate", "yes")]
    [InlineData("min.cleanable.dirty.ratio", "1.01")]
    [InlineData("min.cleanable.dirty.ratio", "NaN")]
    [InlineData("cleanup.policy", "delete,shred")]
    [InlineData("compression.type", "brotli")]
    [InlineData("message.timestamp.type", "createtime")]
    public void A_value_outside_its_bounds_is_refused_with_its_name(string name, string text)
    {
        Assert.False(TopicConfigs.Find(name)!.TryNormalise(text, out _, out string fault));
        Assert.Contains(name, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_that_is_too_long_is_refused() =>
        Assert.False(TopicConfigs.LeaderReplicationThrottledReplicas.TryNormalise(new string('1', ConfigDefinition.MaxValueLength + 1), out _, out _));

    [Fact]
    public void The_defaults_amount_to_Kafkas_settings()
    {
        TopicSettings settings = Settings();
        Assert.Equal(new LogOptions { Cleanup = CleanupPolicy.Delete }, settings.Log);
        Assert.Equal(1_048_588, settings.MaxMessageBytes);
        Assert.Null(settings.Codec);
        Assert.Equal(TimestampType.CreateTime, settings.TimestampType);
        Assert.Equal(long.MaxValue, settings.TimestampBeforeMaxMs);
        Assert.Equal(3_600_000, settings.TimestampAfterMaxMs);
        Assert.Equal(1, settings.MinInsyncReplicas);
        Assert.False(settings.IsCompacted);
    }

    [Fact]
    public void Configs_become_settings_and_options_of_the_log()
    {
        TopicSettings settings = Settings(
            ("cleanup.policy", "compact,delete"), ("segment.bytes", "14"), ("segment.ms", "10"), ("segment.jitter.ms", "11"), ("max.compaction.lag.ms", "12"), ("retention.ms", "1"), ("retention.bytes", "-5"), ("min.compaction.lag.ms", "3"),
            ("delete.retention.ms", "4"), ("min.cleanable.dirty.ratio", "0.25"), ("max.message.bytes", "6"), ("compression.type", "lz4"),
            ("message.timestamp.type", "LogAppendTime"), ("message.timestamp.before.max.ms", "7"), ("message.timestamp.after.max.ms", "8"),
            ("min.insync.replicas", "9"));
        Assert.Equal(
            new LogOptions
            {
                Cleanup = CleanupPolicy.Compact | CleanupPolicy.Delete,
                SegmentSizeBytes = TopicLimits.MinSegmentSizeBytes,
                SegmentMs = 10,
                SegmentJitterMs = 11,
                RetentionMs = 1,
                RetentionBytes = -1,
                MinCompactionLagMs = 3,
                MaxCompactionLagMs = 12,
                DeleteRetentionMs = 4,
                MinCleanableRatio = 0.25,
            },
            settings.Log);
        Assert.Equal(6, settings.MaxMessageBytes);
        Assert.Equal(CompressionCodec.Lz4, settings.Codec);
        Assert.Equal(TimestampType.LogAppendTime, settings.TimestampType);
        Assert.Equal((7, 8, 9), (settings.TimestampBeforeMaxMs, settings.TimestampAfterMaxMs, settings.MinInsyncReplicas));
        Assert.True(settings.IsCompacted);
    }

    [Fact]
    public void A_value_that_this_version_cannot_read_counts_as_not_set() =>
        Assert.Equal(CleanupPolicy.Delete, Settings(("cleanup.policy", "archive")).Log.Cleanup);

    [Fact]
    public void A_description_says_where_each_value_comes_from()
    {
        Topic topic = new(Guid.Empty, "a", 1, Configs(("retention.ms", "5")));
        ConfigEntry[] entries = [.. topic.DescribeConfigs()];
        Assert.Equal(TopicConfigs.All, entries.Select(entry => entry.Definition));
        Assert.All(entries, entry => Assert.False(entry.IsReadOnly));

        ConfigEntry set = entries.Single(entry => entry.Name == "retention.ms");
        Assert.Equal(("5", ConfigSource.Topic), (set.Value, set.Source));
        Assert.Equal([new ConfigSynonym("retention.ms", "5", ConfigSource.Topic)], set.Synonyms);

        ConfigEntry unset = entries.Single(entry => entry.Name == "max.message.bytes");
        Assert.Equal(("1048588", ConfigSource.Default), (unset.Value, unset.Source));
        Assert.Equal([new ConfigSynonym("message.max.bytes", "1048588", ConfigSource.Default)], unset.Synonyms);
    }

    [Fact]
    public void What_Kafkas_brokers_give_in_another_unit_has_no_synonym_by_default()
    {
        ConfigEntry[] entries = [.. new Topic(Guid.Empty, "a", 1, Configs()).DescribeConfigs()];
        foreach (string name in new[] { "flush.ms", "retention.ms", "segment.jitter.ms", "segment.ms" })
        {
            ConfigEntry entry = entries.Single(entry => entry.Name == name);
            Assert.Equal((ConfigSource.Default, 0), (entry.Source, entry.Synonyms.Count));
        }
    }

    [Fact]
    public void A_broker_shows_what_it_was_started_with_and_lets_nobody_change_that()
    {
        ConfigEntry[] entries = [.. BrokerConfigs.Describe("1", BrokerOverrides.None, name => name == "num.partitions" ? "8" : null)];
        Assert.Equal(entries.Select(entry => entry.Name).Distinct().Order(StringComparer.Ordinal), entries.Select(entry => entry.Name));
        Assert.All(entries, entry => Assert.Equal(entry.Definition.BrokerName is null, entry.IsReadOnly));
        ConfigEntry partitions = entries.Single(entry => entry.Name == "num.partitions");
        Assert.Equal(("8", ConfigSource.Node), (partitions.Value, partitions.Source));
        ConfigEntry retention = entries.Single(entry => entry.Name == "log.retention.ms");
        Assert.Equal(("604800000", ConfigSource.Default), (retention.Value, retention.Source));
    }

    private static TopicSettings Settings(params (string Name, string Value)[] configs) => TopicSettings.Of(Configs(configs), TopicDefaults.OfKafka);

    private static ImmutableSortedDictionary<string, string> Configs(params (string Name, string Value)[] configs) =>
        configs.ToImmutableSortedDictionary(config => config.Name, config => config.Value, StringComparer.Ordinal);
}
