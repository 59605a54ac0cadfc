using Duramen.Client.Consumers;
using Duramen.Client.Offsets;
using Duramen.Log;

namespace Duramen.Client.Logs;

/// <summary>Asks where a remote log begins and ends now.</summary>
internal static class RemoteEnds
{
    /// <exception cref="ClientException">The cluster does not say.</exception>
    public static async Task LearnAsync(KafkaClient client, TopicPartition partition, RemoteMarks marks, CancellationToken cancellationToken)
    {
        TimestampMatch? start = await OffsetFinder.FindAsync(client, partition, ReadPosition.BeginningTimestamp, isReadCommitted: false, cancellationToken, mayCreate: false).ConfigureAwait(false);
        TimestampMatch? end = await OffsetFinder.FindAsync(client, partition, ReadPosition.EndTimestamp, isReadCommitted: false, cancellationToken, mayCreate: false).ConfigureAwait(false);
        marks.Learn(start?.Offset.Value ?? -1, end?.Offset.Value ?? -1);
    }
}
