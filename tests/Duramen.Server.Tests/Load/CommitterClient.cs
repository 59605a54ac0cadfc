using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Testing.Kafka;

namespace Duramen.Server.Tests.Load;

/// <summary>Commits offsets of a group, each one more than the last.</summary>
internal sealed class CommitterClient(string group) : LoadClient
{
    private long _acknowledged = -1;
    private long _sent = -1;
    private bool _isNew = true;

    public override async Task<bool> StepAsync(WireClient client)
    {
        if (_isNew)
        {
            // After every loss of the connection: what is committed never is behind what was acknowledged.
            await VerifyAsync(client);
            _isNew = false;
        }

        _sent = _acknowledged + 1;
        _isNew = true;
        OffsetCommitResponse response = await client.AskAsync(
            new OffsetCommitRequest
            {
                GroupId = group,
                GenerationId = -1,
                Topics = [new() { Name = Workload.Topic, Partitions = [new() { Index = 1, CommittedOffset = _sent, Metadata = "" }] }],
            },
            version: 7);
        _isNew = false;
        KafkaError error = response.Topics[0].Partitions[0].ErrorCode;
        Assert.True(error == KafkaError.None || error.IsRetriable, $"{group}: {error}");
        _acknowledged = error == KafkaError.None ? _sent : _acknowledged;
        return error == KafkaError.None;
    }

    public override async Task VerifyAsync(WireClient client)
    {
        OffsetFetchResponse response;
        do
        {
            response = await client.AskAsync(
                new OffsetFetchRequest { GroupId = group, Topics = [new() { Name = Workload.Topic, PartitionIndexes = [1] }] }, version: 7);
        }
        while (response.ErrorCode.IsRetriable);
        Assert.Equal(KafkaError.None, response.ErrorCode);
        long committed = response.Topics[0].Partitions[0].CommittedOffset;
        Assert.True(committed >= _acknowledged && committed <= _sent, $"{group} was told of {_acknowledged} and sent {_sent}; {committed} is committed.");
    }
}
