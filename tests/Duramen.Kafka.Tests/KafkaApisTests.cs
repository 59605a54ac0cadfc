using Xunit;

namespace Duramen.Kafka.Tests;

/// <summary>The table of APIs.</summary>
public sealed class KafkaApisTests
{
    [Fact]
    public void Every_key_finds_its_api_and_no_other_number_finds_one()
    {
        Assert.Equal(Enum.GetValues<ApiKey>(), KafkaApis.All.Select(api => api.Key));
        Assert.All(KafkaApis.All, api => Assert.Same(api, KafkaApis.Get(api.Key)));
        for (int key = short.MinValue; key <= short.MaxValue; key++)
        {
            Assert.Equal(Enum.IsDefined((ApiKey)key), KafkaApis.Find((short)key) is not null);
        }
    }

    // librdkafka before 2.11.1 sends gzip, snappy and LZ4 only to servers that name version 0 of Produce (KAFKA-18659).
    [Fact]
    public void Produce_is_advertised_from_version_0_and_every_other_api_as_it_is() =>
        Assert.All(KafkaApis.All, api => Assert.Equal(api.Key == ApiKey.Produce ? new(0, api.Versions.Max) : api.Versions, api.Advertised));

    // Clients that look for exactly these versions, or that choose by the highest alone, do without the feature or fail when one is missing.
    [Theory]
    [InlineData(ApiKey.Produce, 3, 7)]
    [InlineData(ApiKey.Fetch, 4, 10)]
    [InlineData(ApiKey.ListOffsets, 1, 1)]
    [InlineData(ApiKey.Metadata, 0, 6)]
    [InlineData(ApiKey.OffsetCommit, 2, 2)]
    [InlineData(ApiKey.OffsetFetch, 1, 1)]
    [InlineData(ApiKey.FindCoordinator, 0, 0)]
    [InlineData(ApiKey.JoinGroup, 0, 2)]
    [InlineData(ApiKey.SyncGroup, 0, 0)]
    [InlineData(ApiKey.Heartbeat, 0, 0)]
    [InlineData(ApiKey.LeaveGroup, 0, 0)]
    [InlineData(ApiKey.ApiVersions, 0, 3)]
    [InlineData(ApiKey.InitProducerId, 0, 1)]
    public void Versions_that_clients_insist_on_are_there(ApiKey key, short lowest, short highest)
    {
        ApiVersionRange versions = KafkaApis.Get(key).Versions;
        Assert.True(versions.Contains(lowest) && versions.Contains(highest), $"{key} has {versions}");
    }
}
