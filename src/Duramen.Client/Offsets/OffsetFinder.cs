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
    /// <returns>Null when no record is that late.</returns>
    public static Task<TimestampMatch?> FindAsync(
        KafkaClient client, TopicPartition partition, long timestampMs, bool isReadCommitted, CancellationToken cancellationToken) => client.RetryAsync(
        async token =>
        {
            int leader = await client.GetLeaderAsync(partition, token).ConfigureAwait(false);
            var request = new ListOffsetsRequest
            {
                IsolationLevel = isReadCommitted ? (sbyte)1 : (sbyte)0,
                Topics = [new() { Name = partition.Topic, Partitions = [new() { Index = partition.Partition, Timestamp = timestampMs }] }],
            };
            ListOffsetsResponse answer = await client.AskAsync(leader, request, token).ConfigureAwait(false);
            ListOffsetsResponse.Partition? found = answer.Topics.SelectMany(topic => topic.Partitions).FirstOrDefault(found => found.Index == partition.Partition);
            KafkaError error = found?.ErrorCode ?? KafkaError.UnknownServerError;
            if (error != KafkaError.None)
            {
                if (error.IsRetriable)
                {
                    await client.RefreshAsync([partition.Topic], cancellationToken: token).ConfigureAwait(false);
                }

                throw ClientException.Refused($"Looking up an offset of {partition}", error);
            }

            return found!.Offset < 0 ? null : (TimestampMatch?)new TimestampMatch(new Offset(found.Offset), found.Timestamp);
        },
        cancellationToken);
}
