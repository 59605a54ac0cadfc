using Duramen.Broker.Partitions;
using Duramen.Core.Ids;
using Duramen.Kafka;
using Duramen.Kafka.Messages;

namespace Duramen.Broker.Fetches;

/// <summary>
/// One partition that a client fetches: what it asked for, and in a session what it was told. Owned by the fetch under way, but for what its
/// <see cref="FetchSet"/> guards.
/// </summary>
internal sealed class FetchedPartition
{
    private const long NotTold = -1;

    private long _toldHighWatermark = NotTold;
    private long _toldStart = NotTold;

    public FetchedPartition(string topic, FetchRequest.Partition asked)
    {
        Topic = topic;
        Index = asked.Index;
        Ask(asked);
    }

    public string Topic { get; }

    public int Index { get; }

    /// <summary>Where the client reads.</summary>
    public Offset From { get; private set; }

    /// <summary>The most bytes it wants from here.</summary>
    public int MaxBytes { get; private set; }

    /// <summary>The leader epoch that it knows of; -1 for none.</summary>
    public int LeaderEpoch { get; private set; }

    /// <summary>Whether the same request named it before, and is to be told so.</summary>
    public bool IsRepeated { get; init; }

    /// <summary>Its part in the fetch under way; null before that looked at it. The answer's frame owns it.</summary>
    public PartitionFetch? Fetch { get; set; }

    /// <summary>Its place among the partitions of its set. The set's.</summary>
    public int Place { get; set; }

    /// <summary>Whether it is in line to be looked at. Guarded by the set.</summary>
    public bool IsReady { get; set; }

    /// <summary>Whether it is no longer in its set. Guarded by the set.</summary>
    public bool IsForgotten { get; set; }

    /// <summary>Ends the wait for its next record; null when nobody waits. Guarded by the set.</summary>
    public CancellationTokenSource? Watch { get; set; }

    /// <summary>Why nobody can wait for its next record. Guarded by the set.</summary>
    public KafkaError Failure { get; set; }

    /// <summary>Takes in what the client asks now.</summary>
    public void Ask(FetchRequest.Partition asked)
    {
        From = new Offset(asked.FetchOffset);
        MaxBytes = asked.MaxBytes;
        LeaderEpoch = asked.CurrentLeaderEpoch;
    }

    /// <summary>Whether records below this log start were deleted that the client was not told of.</summary>
    public bool HasOtherStart(Partition? partition) => partition is null || partition.Log.Watermarks.Start.Value != _toldStart;

    /// <summary>
    /// Whether an answer has something about the partition that the client was not told before; it counts as told from then on. What is wrong with it is told
    /// each time, and when nothing is any more that is told too.
    /// </summary>
    public bool IsNews(FetchResponse.Partition answer)
    {
        bool isNews = answer.ErrorCode != KafkaError.None
            || answer.Records.Length > 0
            || answer.HighWatermark != _toldHighWatermark
            || answer.LogStartOffset != _toldStart;
        _toldHighWatermark = answer.ErrorCode == KafkaError.None ? answer.HighWatermark : NotTold;
        _toldStart = answer.LogStartOffset;
        return isNews;
    }
}
