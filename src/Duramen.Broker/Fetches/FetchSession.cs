using Duramen.Broker.Requests;
using Duramen.Broker.Topics;
using Duramen.Coordination.Topics;
using Duramen.Kafka.Messages;

namespace Duramen.Broker.Fetches;

/// <summary>
/// What a client fetches over and over (KIP-227): it names its partitions once, then only what is to change, and is told only what is new. A fetch with the
/// session costs by what changed, not by what it holds. Owned by the fetch under way; its place among the others by <see cref="FetchSessions"/>.
/// </summary>
internal sealed class FetchSession : IDisposable
{
    private readonly Dictionary<(string Topic, int Index), FetchedPartition> _partitions;

    private FetchSession(FetchSet set, Dictionary<(string, int), FetchedPartition> partitions)
    {
        Set = set;
        _partitions = partitions;
    }

    /// <summary>The number by which the client knows it. Given by the sessions.</summary>
    public int Id { get; set; }

    /// <summary>The epoch of the next request. Guarded by the sessions.</summary>
    public int Epoch { get; set; }

    /// <summary>Whether a fetch is under way. Guarded by the sessions.</summary>
    public bool IsBusy { get; set; }

    /// <summary>The clock's timestamps of its beginning and its last use. Guarded by the sessions.</summary>
    public long BeganAt { get; set; }

    /// <summary>As above.</summary>
    public long UsedAt { get; set; }

    /// <summary>The partitions that the sessions count for it. Guarded by the sessions.</summary>
    public int CountedPartitions { get; set; }

    /// <summary>Its partitions.</summary>
    public FetchSet Set { get; }

    /// <summary>
    /// Makes a session of what a client has fetched; null when it named none, one twice, which a session could not keep apart, or one that cannot be: its
    /// name may be of any length.
    /// </summary>
    public static FetchSession? TryMake(FetchSet set)
    {
        var partitions = new Dictionary<(string, int), FetchedPartition>(set.Count);
        string? possible = null;
        foreach (FetchedPartition fetched in set.All)
        {
            if (!ReferenceEquals(fetched.Topic, possible) && TopicName.FaultOf(fetched.Topic) is not null)
            {
                return null;
            }

            possible = fetched.Topic;
            if (!partitions.TryAdd((fetched.Topic, fetched.Index), fetched))
            {
                return null;
            }
        }

        return set.Count == 0 ? null : new FetchSession(set, partitions);
    }

    /// <summary>Takes in what a request changes; false when it names a topic that cannot be, with which a session cannot go on.</summary>
    public bool TryChange(FetchRequest request)
    {
        foreach (FetchRequest.Topic topic in request.Topics)
        {
            if (TopicName.FaultOf(topic.Name) is not null)
            {
                return false;
            }

            foreach (FetchRequest.Partition asked in topic.Partitions)
            {
                if (_partitions.TryGetValue((topic.Name, asked.Index), out FetchedPartition? fetched))
                {
                    fetched.Ask(asked);
                    Set.Enqueue(fetched);
                }
                else
                {
                    fetched = new FetchedPartition(topic.Name, asked);
                    _partitions.Add((topic.Name, asked.Index), fetched);
                    Set.Add(fetched);
                }
            }
        }

        foreach (FetchRequest.ForgottenTopic topic in request.ForgottenTopics)
        {
            foreach (int index in topic.PartitionIndexes)
            {
                if (_partitions.Remove((topic.Name, index), out FetchedPartition? forgotten))
                {
                    Set.Remove(forgotten);
                }
            }
        }

        return true;
    }

    /// <summary>
    /// Looks at a few of the partitions in turn for what no log reports: that records were deleted from its start. Such a partition is told of with one of
    /// the next fetches.
    /// </summary>
    public void LookAround(BrokerTopics topics)
    {
        for (int left = Math.Min(RequestLimits.FetchSessionLooks, Set.Count); left > 0; left--)
        {
            FetchedPartition fetched = Set.NextInTurn()!;
            if (fetched.HasOtherStart(topics.Find(fetched.Topic)?.Find(fetched.Index)))
            {
                Set.Enqueue(fetched);
            }
        }
    }

    public void Dispose() => Set.Dispose();
}
