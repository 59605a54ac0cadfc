using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Testing.Kafka;

namespace Duramen.Server.Tests.Load;

/// <summary>Makes topics and deletes every second one, in turn.</summary>
internal sealed class TopicClient : LoadClient
{
    private readonly HashSet<string> _made = [];
    private readonly HashSet<string> _deleted = [];
    private int _step;

    private string Current => $"made-{_step / 3 * 2 + (_step % 3 == 2 ? 0 : _step % 3)}";

    public override async Task<bool> StepAsync(WireClient client)
    {
        // Two are made, and the first of them is deleted.
        bool deletes = _step % 3 == 2;
        string name = Current;
        KafkaError error = deletes
            ? (await client.AskAsync(new DeleteTopicsRequest { TopicNames = [name] }, version: 5)).Topics[0].ErrorCode
            : (await client.AskAsync(new CreateTopicsRequest { Topics = [new() { Name = name, NumPartitions = 2, ReplicationFactor = 1 }] }, version: 7)).Topics[0].ErrorCode;

        // What was asked before and not answered was done.
        bool isDone = error == KafkaError.None || error == (deletes ? KafkaError.UnknownTopicOrPartition : KafkaError.TopicAlreadyExists);
        if (!isDone)
        {
            Assert.True(error.IsRetriable, $"{name}: {error}");
            return false;
        }

        (deletes ? _deleted : _made).Add(name);
        _step++;
        return true;
    }

    public override async Task VerifyAsync(WireClient client)
    {
        MetadataResponse response = await client.AskAsync(new MetadataRequest { Topics = null }, version: 9);
        var there = response.Topics.Select(topic => topic.Name).Where(name => name!.StartsWith("made-", StringComparison.Ordinal)).ToHashSet();
        HashSet<string> expected = [.. _made.Except(_deleted)];

        // What is under way may be done or not.
        there.Remove(Current);
        expected.Remove(Current);
        Assert.Equal(expected.Order(StringComparer.Ordinal), there.Order(StringComparer.Ordinal));
        Assert.All(response.Topics, topic => Assert.Equal(KafkaError.None, topic.ErrorCode));
    }
}
