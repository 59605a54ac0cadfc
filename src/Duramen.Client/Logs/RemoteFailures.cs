using Duramen.Kafka;
using Duramen.Log;

namespace Duramen.Client.Logs;

/// <summary>What a cluster's answers mean in the words of a log.</summary>
internal static class RemoteFailures
{
    /// <summary>The log is not there, or cannot be asked.</summary>
    public static LogException Of(string log, ClientException error) =>
        error.Error == KafkaError.UnknownTopicOrPartition ? Gone(log, error)
        : error.Code == ClientErrors.Closed ? new LogException(LogErrors.Closed, $"Log '{log}' is closed: {error.Message}", "Open the log again, on a client that is open.", error)
        : new LogException(
            LogErrors.Unavailable,
            $"Log '{log}' cannot be asked: {error.Message}",
            "Call again when the cluster can be reached and the partition has a leader.",
            error);

    /// <summary>The topic was deleted, or made again under its name, or has no such partition.</summary>
    public static LogException Gone(string log, Exception? cause = null) => new(
        LogErrors.NotFound, $"Log '{log}' is not in the cluster, or not any more.", "Check the topic and the number of the partition, or create the topic.", cause);

    /// <summary>An append whose answer never came.</summary>
    public static LogException Lost(string log, ClientException error) => new(
        LogErrors.Unavailable,
        $"Log '{log}': whether an append is in the log is not known. {error.Message}",
        "Read the end of the log before appending again; appends whose batches have a producer are sent again without that.",
        error);

    /// <summary>The broker looked at the records and does not take them.</summary>
    public static LogException Refused(string log, KafkaError error, string? message) => new(
        LogErrors.InvalidBatch,
        $"Log '{log}': the broker refused an append with {error.WireName}: {(string.IsNullOrEmpty(message) ? error.Message : message)}",
        "Correct the records, or the settings of the topic.");

    /// <summary>Whether an answer says for certain that the batch is not in the log, so that it may be sent again whoever made it.</summary>
    /// <param name="error">The answer.</param>
    /// <param name="baseOffset">The offset in it: a leader that appended, and then lost its place before the others had it, says where.</param>
    public static bool IsNotAppended(KafkaError error, long baseOffset) =>
        baseOffset < 0 && error is KafkaError.NotLeaderOrFollower or KafkaError.LeaderNotAvailable or KafkaError.UnknownTopicOrPartition or KafkaError.NotEnoughReplicas
            or KafkaError.FencedLeaderEpoch or KafkaError.UnknownLeaderEpoch;
}
