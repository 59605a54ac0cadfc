using Duramen.Core.Checksums;
using Duramen.Core.Random;

namespace Duramen.Client.Producers;

/// <summary>The queues of a topic's partitions, and which of them a record goes to.</summary>
internal sealed class TopicQueues(IReadOnlyList<PartitionQueue> partitions, Prng chance, int stickySizeBytes)
{
    private readonly Lock _lock = new();
    private int _sticky = chance.NextInt32(partitions.Count);
    private int _stickyBytes;

    public IReadOnlyList<PartitionQueue> Partitions => partitions;

    /// <summary>The same queues, and more of them behind.</summary>
    public TopicQueues With(IEnumerable<PartitionQueue> more) => new([.. partitions, .. more], chance, stickySizeBytes);

    /// <summary>
    /// The queue of a record: that of its partition, or of its key's hash. Records without either stay with one partition for as many bytes as a batch
    /// holds and go on with another one then, so that batches fill (KIP-794).
    /// </summary>
    /// <returns>Null when there is no such partition.</returns>
    public PartitionQueue? Choose(in OutgoingRecord record, int sizeBytes)
    {
        if (record.Partition is int number)
        {
            return (uint)number < (uint)partitions.Count ? partitions[number] : null;
        }

        if (record.Key is { } key)
        {
            return partitions[Murmur2.PartitionOf(key.Span, partitions.Count)];
        }

        if (partitions.Count == 1)
        {
            return partitions[0];
        }

        lock (_lock)
        {
            if (_stickyBytes >= stickySizeBytes)
            {
                // Any of the others, each equally likely.
                _sticky = (_sticky + 1 + chance.NextInt32(partitions.Count - 1)) % partitions.Count;
                _stickyBytes = 0;
            }

            _stickyBytes += sizeBytes;
            return partitions[_sticky];
        }
    }
}
