using Duramen.Core.Ids;
using Duramen.Log;

namespace Duramen.Broker.Partitions;

/// <summary>One partition of a topic: a log, and what the topic asks of what goes into it. A topic that is made again under its name has other partitions.</summary>
internal sealed class Partition(string topic, Guid topicId, int index, ILog log, PartitionRules rules)
{
    /// <summary>The epoch of every leader on a node that is alone; it never changes hands.</summary>
    public static LeaderEpoch Epoch { get; } = new(0);

    public string Topic => topic;

    public Guid TopicId => topicId;

    public int Index => index;

    public ILog Log => log;

    /// <summary>What is asked of batches; the topic's configs at this moment.</summary>
    public PartitionRules Rules => rules;
}
