using System.Collections.Immutable;
using Duramen.Coordination.Catalog;
using Duramen.Coordination.Configs;
using Duramen.Coordination.Producers;
using Duramen.Coordination.Topics;
using Duramen.Core.Binary;
using Duramen.Core.Errors;
using Duramen.Log.Memory;
using Duramen.Records.Batches;
using Duramen.State;
using Duramen.State.Machines;

namespace Duramen.Coordination.Tests.Topics;

/// <summary>The records of the catalog's log: the bytes of <c>docs/catalog.md</c>, and what is read of others.</summary>
public sealed class CatalogRecordTests
{
    private static readonly Topic Orders = new(
        new Guid("00112233-4455-6677-8899-aabbccddeeff"),
        "orders",
        4,
        ImmutableSortedDictionary<string, string>.Empty.Add("cleanup.policy", "compact").Add("retention.ms", "1000"));

    private static readonly ImmutableSortedDictionary<string, string> BrokerConfigs =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add("log.retention.ms", "1000");

    private static readonly Dictionary<string, Func<byte[]>> Writers = new(StringComparer.Ordinal)
    {
        ["topic-key"] = () => TopicRecord.Key(Orders.Id),
        ["topic-value"] = () => TopicRecord.Value(Orders),
        ["producer-ids-key"] = ProducerIdsRecord.Key,
        ["producer-ids-value"] = () => ProducerIdsRecord.Value(3000),
        ["broker-configs-key"] = () => BrokerConfigsRecord.Key("1"),
        ["broker-configs-value"] = () => BrokerConfigsRecord.Value(BrokerConfigs)!,
    };

    [Fact]
    public void Every_example_of_the_document_is_byte_for_byte_what_the_code_writes()
    {
        Assert.Equal(Writers.Keys.Order(StringComparer.Ordinal), CatalogDocument.Names.Order(StringComparer.Ordinal));
        foreach ((string name, Func<byte[]> write) in Writers)
        {
            Assert.Equal((name, Convert.ToHexString(CatalogDocument.Bytes(name))), (name, Convert.ToHexString(write())));
        }
    }

    [Fact]
    public void The_examples_are_read_back()
    {
        Topic topic = TopicRecord.ReadValue(Orders.Id, CatalogDocument.Bytes("topic-value"));
        Assert.Equal((Orders.Id, Orders.Name, Orders.PartitionCount), (topic.Id, topic.Name, topic.PartitionCount));
        Assert.Equal(Orders.Configs, topic.Configs);
        Assert.Equal(3000, ProducerIdsRecord.Read(default, CatalogDocument.Bytes("producer-ids-value")));
        Assert.Equal(BrokerConfigs, BrokerConfigsRecord.ReadValue(CatalogDocument.Bytes("broker-configs-value")));
    }

    [Fact]
    public void A_value_that_is_cut_or_too_long_is_refused()
    {
        byte[] value = TopicRecord.Value(Orders);
        for (int length = 0; length < value.Length; length++)
        {
            Assert.Throws<BinaryFormatException>(() => TopicRecord.ReadValue(Orders.Id, value.AsSpan(0, length)));
        }

        Assert.Throws<BinaryFormatException>(() => TopicRecord.ReadValue(Orders.Id, (byte[])[.. value, 0]));
        byte[] ids = ProducerIdsRecord.Value(3000);
        for (int length = 0; length < ids.Length; length++)
        {
            Assert.Throws<BinaryFormatException>(() => ProducerIdsRecord.Read(default, ids.AsSpan(0, length)));
        }

        byte[] configs = BrokerConfigsRecord.Value(BrokerConfigs)!;
        for (int length = 0; length < configs.Length; length++)
        {
            Assert.Throws<BinaryFormatException>(() => BrokerConfigsRecord.ReadValue(configs.AsSpan(0, length)));
        }
    }

    [Fact]
    public void Bytes_that_are_changed_never_throw_anything_else()
    {
        byte[] value = TopicRecord.Value(Orders);
        for (int index = 0; index < value.Length; index++)
        {
            foreach (byte other in new byte[] { 0x00, 0x01, 0x7F, 0x80, 0xFF })
            {
                byte[] changed = [.. value];
                changed[index] = other;
                Exception? thrown = Record.Exception(() => TopicRecord.ReadValue(Orders.Id, changed));
                Assert.True(thrown is null or BinaryFormatException, $"byte {index} = {other}: {thrown}");
            }
        }
    }

    [Theory]
    [InlineData(new byte[] { 0, 9 }, new byte[] { 0, 0 })]
    [InlineData(new byte[] { 0 }, new byte[] { 0, 0 })]
    [InlineData(new byte[] { 0, 1, 0 }, new byte[] { 0, 0 })]
    [InlineData(new byte[] { 0, 2, 0 }, new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 0, 2 }, new byte[] { 0, 1, 0, 0, 0, 0, 0, 0, 0, 0 })]
    public async Task A_catalog_with_a_record_of_another_kind_or_a_newer_version_is_not_opened(byte[] key, byte[] value)
    {
        await using MemoryLog log = new(new Core.Ids.LogId(Orders.Id), ClusterCatalog.LogName);
        using RecordBatchBuilder builder = new();
        builder.Append(0, key, value);
        await log.AppendAsync(builder.Build());
        StateException failure = await Assert.ThrowsAsync<StateException>(async () => await MachineHost.OpenAsync(new ClusterCatalog(), log));
        Assert.Equal(StateErrors.Unreadable, failure.Code);
        Assert.IsAssignableFrom<DuramenException>(failure.InnerException);
    }

    [Fact]
    public async Task A_tombstone_of_a_topic_that_compaction_took_away_is_read_over()
    {
        await using MemoryLog log = new(new Core.Ids.LogId(Orders.Id), ClusterCatalog.LogName);
        using RecordBatchBuilder builder = new();
        builder.Append(0, TopicRecord.Key(Orders.Id), NullableBytes.Null);
        await log.AppendAsync(builder.Build());
        ClusterCatalog catalog = new();
        await using MachineHost<ClusterCatalog> host = await MachineHost.OpenAsync(catalog, log);
        Assert.Equal(0, catalog.Topics.Count);
    }
}
