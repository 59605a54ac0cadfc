namespace Duramen.Coordination.Groups.Records;

/// <summary>The offsets of one group, by topic and partition.</summary>
internal sealed class StoredOffsets
{
    private readonly SortedDictionary<string, SortedDictionary<int, CommittedOffset>> _topics = new(StringComparer.Ordinal);

    /// <summary>The number of offsets.</summary>
    public int Count { get; private set; }

    /// <summary>The size of the keys of their records, in bytes: what it takes to delete them all.</summary>
    public long KeysSizeBytes { get; private set; }

    /// <summary>All offsets, in the order of topic and partition.</summary>
    public IEnumerable<(TopicPartition Partition, CommittedOffset Offset)> All
    {
        get
        {
            foreach ((string topic, SortedDictionary<int, CommittedOffset> partitions) in _topics)
            {
                foreach ((int partition, CommittedOffset offset) in partitions)
                {
                    yield return (new TopicPartition(topic, partition), offset);
                }
            }
        }
    }

    /// <summary>The offset of a partition; null for none.</summary>
    public CommittedOffset? Find(TopicPartition partition) => _topics.GetValueOrDefault(partition.Topic)?.GetValueOrDefault(partition.Partition);

    /// <summary>The partitions of a topic that have an offset, in order.</summary>
    public IEnumerable<int> PartitionsOf(string topic) => _topics.TryGetValue(topic, out SortedDictionary<int, CommittedOffset>? partitions) ? partitions.Keys : [];

    public void Set(string topic, int partition, CommittedOffset offset, int keySizeBytes)
    {
        if (!_topics.TryGetValue(topic, out SortedDictionary<int, CommittedOffset>? partitions))
        {
            _topics.Add(topic, partitions = []);
        }

        if (!partitions.ContainsKey(partition))
        {
            Count++;
            KeysSizeBytes += keySizeBytes;
        }

        partitions[partition] = offset;
    }

    public void Remove(string topic, int partition, int keySizeBytes)
    {
        if (_topics.TryGetValue(topic, out SortedDictionary<int, CommittedOffset>? partitions) && partitions.Remove(partition))
        {
            Count--;
            KeysSizeBytes -= keySizeBytes;
            if (partitions.Count == 0)
            {
                _topics.Remove(topic);
            }
        }
    }
}
