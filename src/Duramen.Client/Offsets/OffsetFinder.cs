using Duramen.Core.Ids;
using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Log;

namespace Duramen.Client.Offsets;

/// <summary>Asks the leaders of partitions for offsets.</summary>
internal static class OffsetFinder
{
    /// <summary>Finds the first record at or after a moment, or an end of the partition.</summary>
    /// <param name="client">The client.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="timestampMs">Milliseconds since 1970, or one of the protocol's own numbers: -1 the end, -2 the beginning.</param>
    /// <param name="isReadCommitted">Whether the end is before the first transaction that is open.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="mayCreate">Whether the cluster may create the topic, when it is set up to.</param>
    /// <returns>Null when no record is that late.</returns>
    public static Task<TimestampMatch?> FindAsync(
        KafkaClient client, TopicPartition partition, long timestampMs, bool isReadCommitted, CancellationToken cancellationToken, bool mayCreate = true) => client.AskLeaderAsync(
        partition,
        async (leader, token) =>
        {
            var request = new ListOffsetsRequest
            {
                IsolationLevel = isReadCommitted ? (sbyte)1 : (sbyte)0,
                Topics = [new() { Name = partition.Topic, Partitions = [new() { Index = partition.Partition, Timestamp = timestampMs }] }],
            };
            ListOffsetsResponse answer = await client.AskAsync(leader, request, token).ConfigureAwait(false);
            ListOffsetsResponse.Partition? found = answer.Topics.SelectMany(topic => topic.Partitions).FirstOrDefault(found => found.Index == partition.Partition);
            KafkaError error = found?.ErrorCode ?? KafkaError.UnknownServerError;
            return error != KafkaError.None ? throw ClientException.Refused($"Looking up an offset of {partition}", error)
                : found!.Offset < 0 ? null
                : (TimestampMatch?)new TimestampMatch(new Offset(found.Offset), found.Timestamp);
        },
        cancellationToken,
        mayCreate);
}
