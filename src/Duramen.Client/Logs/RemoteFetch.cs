using System.Runtime.InteropServices;
using Duramen.Client.Connections;
using Duramen.Core.Ids;
using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Log;
using Duramen.Records.Batches;

namespace Duramen.Client.Logs;

/// <summary>One fetch of a remote log: what is asked, and what the answer holds.</summary>
internal static class RemoteFetch
{
    /// <summary>Asks the leader for batches from an offset on. The caller learns what the answer tells of the log's ends.</summary>
    /// <param name="client">The client.</param>
    /// <param name="log">The log, for what is said of it.</param>
    /// <param name="partition">The partition it is.</param>
    /// <param name="from">The first offset.</param>
    /// <param name="maxBytes">How much at most; one batch is returned whatever its size.</param>
    /// <param name="waitMs">How long the broker waits when there is nothing.</param>
    /// <param name="lane">The connection.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ClientException"><see cref="KafkaError.OffsetOutOfRange"/>, and whatever else keeps the partition from being read.</exception>
    /// <exception cref="LogException"><see cref="LogErrors.Corrupt"/>.</exception>
    public static Task<(RemoteRun Run, long Start, long Committed)> AskAsync(
        KafkaClient client, string log, TopicPartition partition, Offset from, int maxBytes, int waitMs, ConnectionLane lane, CancellationToken cancellationToken) =>
        client.AskLeaderAsync(
            partition,
            async (leader, token) =>
            {
                int size = Math.Clamp(maxBytes, 1, ClientLimits.MaxReadSizeBytes);
                var request = new FetchRequest
                {
                    MaxWaitMs = waitMs,
                    MinBytes = 1,
                    MaxBytes = size,
                    Topics = [new() { Name = partition.Topic, Partitions = [new() { Index = partition.Partition, FetchOffset = from.Value, MaxBytes = size }] }],
                };
                BrokerConnection connection = await client.ConnectAsync(leader, lane, token).ConfigureAwait(false);
                using LeasedResponse<FetchResponse> lease = await connection.SendLeasedAsync(request, waitMs).WaitAsync(token).ConfigureAwait(false);
                FetchResponse.Partition answer = Find(lease.Response, partition);
                return (Take(lease, log, answer.Records.ToMemory(), from, answer.HighWatermark), answer.LogStartOffset, answer.HighWatermark);
            },
            cancellationToken,
            mayCreate: false);

    private static FetchResponse.Partition Find(FetchResponse response, TopicPartition partition)
    {
        FetchResponse.Partition? answer = response.Topics.Find(topic => topic.Name == partition.Topic)?.Partitions.Find(found => found.Index == partition.Partition);

        // A broker that holds a client back by quota leaves the partition out.
        KafkaError error = response.ErrorCode != KafkaError.None ? response.ErrorCode : answer?.ErrorCode ?? KafkaError.RequestTimedOut;
        return error == KafkaError.None ? answer! : throw ClientException.Refused($"Fetching {partition}", error);
    }

    // The whole batches of an answer from the one on that holds the offset; a leader may begin earlier and cut the last one.
    private static RemoteRun Take(LeasedResponse<FetchResponse> lease, string log, ReadOnlyMemory<byte> records, Offset from, long committed)
    {
        ReadOnlySpan<byte> bytes = records.Span;
        int first = 0;
        int end = 0;
        while (RecordBatchView.TryRead(bytes[end..], out RecordBatchView batch) && batch.NextOffset.Value <= committed)
        {
            if (!batch.IsChecksumValid)
            {
                throw new LogException(
                    LogErrors.Corrupt,
                    $"Log '{log}': the batch at offset {batch.BaseOffset} came with a checksum that is not that of its bytes.",
                    "Read it again, in case it was damaged on the way; look at the broker's disk otherwise.");
            }

            end += batch.SizeBytes;
            first = batch.NextOffset <= from ? end : first;
        }

        if (end > first && MemoryMarshal.TryGetArray(records, out ArraySegment<byte> place))
        {
            return new RemoteRun(lease.TakeMemory(), place.Offset + first, end - first, from);
        }

        return bytes.Length == 0 || from.Value >= committed
            ? new RemoteRun(null, 0, 0, from)
            : throw new ClientException(
                ClientErrors.BadResponse,
                FormattableString.Invariant($"The answer for offset {from} of log '{log}' holds {bytes.Length} bytes and no whole batch of version 2."),
                "Older batches cannot be read.");
    }
}
