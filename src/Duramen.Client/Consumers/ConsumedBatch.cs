using Duramen.Core.Ids;

namespace Duramen.Client.Consumers;

/// <summary>Consecutive records of one partition, as a producer put them together.</summary>
public sealed class ConsumedBatch
{
    private ConsumedRecord[] _records = [];
    private int _count;

    internal ConsumedBatch(TopicPartition partition, ReadOnlyMemory<byte> bytes, Offset nextOffset)
    {
        Partition = partition;
        Bytes = bytes;
        NextOffset = nextOffset;
    }

    /// <summary>The partition.</summary>
    public TopicPartition Partition { get; }

    /// <summary>The records, at least one.</summary>
    public ReadOnlyMemory<ConsumedRecord> Records => _records.AsMemory(0, _count);

    /// <summary>Where reading goes on after it.</summary>
    public Offset NextOffset { get; }

    internal ReadOnlyMemory<byte> Bytes { get; }

    internal void Fill(ConsumedRecord[] records, int count)
    {
        _records = records;
        _count = count;
    }
}
