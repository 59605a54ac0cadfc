using System.Text;
using Duramen.Conformance.Tests.Drivers;
using Duramen.Conformance.Tests.Features;
using Duramen.Conformance.Tests.Servers;

namespace Duramen.Conformance.Tests;

/// <summary>That what the features are checked with can tell right from wrong.</summary>
public sealed class CheckTests
{
    [Fact]
    public async Task A_producer_that_is_not_idempotent_stores_records_twice_when_answers_are_lost()
    {
        await using NodeServer server = await NodeServer.StartAsync();
        await using var trial = new Trial(RealClients.Find("confluent-kafka"), server, "twice");
        await ProducerFeatures.RetryAsync(trial, idempotent: false, keys => Assert.NotEqual(keys.Distinct().Count(), keys.Count));
    }

    [Theory]
    [InlineData("21", -973932308)]
    [InlineData("foobar", -790332482)]
    [InlineData("abc", 479470107)]
    [InlineData("a-little-bit-long-string", -985981536)]
    [InlineData("a-little-bit-longer-string", -1486304829)]
    public void The_java_partitioner_is_that_of_java(string key, int hash) =>
        Assert.Equal(hash, (int)JavaPartitioner.Hash(Encoding.Latin1.GetBytes(key)));
}
