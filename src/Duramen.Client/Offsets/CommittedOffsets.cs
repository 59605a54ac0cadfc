using Duramen.Core.Ids;
using Duramen.Kafka;
using Duramen.Kafka.Messages;

namespace Duramen.Client.Offsets;

/// <summary>Reads and writes what groups have committed.</summary>
internal static class CommittedOffsets
{
    private const short ManyGroupsVersion = 8;
    private const short StableVersion = 7;

    /// <summary>What a group has committed of all partitions, or of those given.</summary>
    public static async Task<Dictionary<TopicPartition, Offset>> FetchAsync(
        KafkaClient client, int coordinator, string group, IReadOnlyCollection<TopicPartition>? partitions, CancellationToken cancellationToken)
    {
        List<OffsetFetchRequest.Topic>? topics = partitions?.GroupBy(static partition => partition.Topic)
            .Select(static topic => new OffsetFetchRequest.Topic { Name = topic.Key, PartitionIndexes = [.. topic.Select(static partition => partition.Partition)] })
            .ToList();
        OffsetFetchResponse answer = await client.AskAsync<OffsetFetchResponse>(
            coordinator,
            version => version >= ManyGroupsVersion
                ? new OffsetFetchRequest { Groups = [new() { GroupId = group, Topics = topics }], RequireStable = true }
                : new OffsetFetchRequest { GroupId = group, Topics = topics, RequireStable = version >= StableVersion },
            cancellationToken).ConfigureAwait(false);
        (KafkaError error, List<OffsetFetchResponse.Topic> found) = answer.Groups is [{ } first, ..] ? (first.ErrorCode, first.Topics) : (answer.ErrorCode, answer.Topics);
        var offsets = new Dictionary<TopicPartition, Offset>();
        foreach (OffsetFetchResponse.Topic topic in found)
        {
            foreach (OffsetFetchResponse.Partition partition in topic.Partitions)
            {
                error = error == KafkaError.None ? partition.ErrorCode : error;
                if (partition.CommittedOffset >= 0)
                {
                    offsets[new(topic.Name, partition.Index)] = new Offset(partition.CommittedOffset);
                }
            }
        }

        return error == KafkaError.None ? offsets : throw ClientException.Refused($"Looking up the offsets of group '{group}'", error);
    }

    /// <summary>Commits offsets; as a member of the group, or from outside when nobody is in it.</summary>
    public static async Task CommitAsync(
        KafkaClient client,
        int coordinator,
        string group,
        (string Id, string? InstanceId, int Generation) member,
        IReadOnlyCollection<KeyValuePair<TopicPartition, Offset>> offsets,
        CancellationToken cancellationToken)
    {
        var request = new OffsetCommitRequest { GroupId = group, MemberId = member.Id, GroupInstanceId = member.InstanceId, GenerationId = member.Generation };
        foreach (IGrouping<string, KeyValuePair<TopicPartition, Offset>> topic in offsets.GroupBy(static offset => offset.Key.Topic))
        {
            request.Topics.Add(new()
            {
                Name = topic.Key,
                Partitions = [.. topic.Select(static offset => new OffsetCommitRequest.Partition { Index = offset.Key.Partition, CommittedOffset = offset.Value.Value, Metadata = "" })],
            });
        }

        OffsetCommitResponse answer = await client.AskAsync(coordinator, request, cancellationToken).ConfigureAwait(false);
        foreach (OffsetCommitResponse.Topic topic in answer.Topics)
        {
            foreach (OffsetCommitResponse.Partition partition in topic.Partitions)
            {
                if (partition.ErrorCode != KafkaError.None)
                {
                    throw ClientException.Refused($"Committing the offset of {new TopicPartition(topic.Name, partition.Index)} for group '{group}'", partition.ErrorCode);
                }
            }
        }
    }
}
