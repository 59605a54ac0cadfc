using System.Globalization;
using Duramen.Coordination.Topics;
using Duramen.Disk;
using Duramen.State.Entities;

namespace Duramen.Entities;

/// <summary>The entities of a topic while they are used: those of each partition from when they are first asked for.</summary>
/// <param name="disk">The disk.</param>
/// <param name="path">The folder; each partition has one in it.</param>
/// <param name="topic">The topic.</param>
/// <param name="options">What the partitions may use together.</param>
internal sealed class OpenEntities(IDisk disk, string path, ServedTopic topic, EntityOptions options) : IAsyncDisposable
{
    // The least that the index of a partition takes.
    private const long LeastBytesOfPartition = 1 << 20;

    private readonly Lock _gate = new();
    private readonly EntityLog?[] _partitions = new EntityLog?[topic.Logs.Count];

    /// <summary>The entities of a partition. Where their index stopped, and not at a record, whoever asks has it try again: a disk that was full may have room.</summary>
    public EntityLog Of(int partition)
    {
        lock (_gate)
        {
            EntityLog entities = _partitions[partition] ??= EntityLog.Open(
                disk,
                string.Create(CultureInfo.InvariantCulture, $"{path}/{partition}"),
                topic.Logs[partition],
                options with { MemoryBytes = Math.Max(LeastBytesOfPartition, options.MemoryBytes / _partitions.Length) });
            if (entities.Fault is { Log: null })
            {
                entities.Retry();
            }

            return entities;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (EntityLog? partition in _partitions)
        {
            if (partition is not null)
            {
                await partition.DisposeAsync().ConfigureAwait(false);
            }
        }
    }
}
