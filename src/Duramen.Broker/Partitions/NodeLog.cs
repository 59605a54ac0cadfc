using Duramen.Broker.Notes;
using Duramen.Broker.Topics;
using Duramen.Coordination.Notes;
using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.Records.Batches;

namespace Duramen.Broker.Partitions;

/// <summary>
/// A partition's log as the node's own process appends to it: with the epoch of the partition's leader, the times that the topic gives, and a note of who appends, like
/// the batches of clients. What the topic asks of single records is for whoever makes them to keep to.
/// </summary>
internal sealed class NodeLog(BrokerTopics topics, NoteTaker notes, Guid topicId, int index, ILog log, Appender appender, TimeProvider time) : DelegatingLog(log)
{
    public override async ValueTask<AppendResult> AppendAsync(Memory<byte> batches, AppendOptions options = default, CancellationToken cancellationToken = default)
    {
        (PartitionNotes? noted, Appender who) = Prepare(batches);
        AppendResult result = await Inner.AppendAsync(batches, options with { Epoch = Partition.Epoch }, cancellationToken).ConfigureAwait(false);
        AppendStatus status = result.IsDuplicate ? AppendStatus.Duplicate : AppendStatus.Appended;
        await NoteAsync(noted, who, batches, new AppendOutcome(status, result, result.NextOffset)).ConfigureAwait(false);
        return result;
    }

    public override async ValueTask<AppendOutcome> TryAppendAsync(Memory<byte> batches, AppendOptions options = default, CancellationToken cancellationToken = default)
    {
        (PartitionNotes? noted, Appender who) = Prepare(batches);
        AppendOutcome outcome = await Inner.TryAppendAsync(batches, options with { Epoch = Partition.Epoch }, cancellationToken).ConfigureAwait(false);
        await NoteAsync(noted, who, batches, outcome).ConfigureAwait(false);
        return outcome;
    }

    /// <summary>Gives the batches what the topic asks for as it is now, and finds where they are noted; nowhere when the topic is gone, as the log will say.</summary>
    private (PartitionNotes? Notes, Appender Appender) Prepare(Memory<byte> batches)
    {
        if (topics.Find(topicId) is not BrokerTopic topic || topic.Find(index) is not Partition partition)
        {
            return (null, Appender.Unknown);
        }

        if (topic.Topic.Settings.MinInsyncReplicas > 1)
        {
            throw new LogException(
                LogErrors.NotSupported,
                $"Topic '{topic.Name}' asks for {topic.Topic.Settings.MinInsyncReplicas} replicas (min.insync.replicas), and its partitions have one.",
                "Set min.insync.replicas to 1.");
        }

        if (partition.Rules.UsesLogAppendTime)
        {
            long nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
            for (Memory<byte> rest = batches; RecordBatchView.TryRead(rest.Span, out RecordBatchView batch); rest = rest[batch.SizeBytes..])
            {
                RecordBatchPatch.SetLogAppendTime(rest.Span[..batch.SizeBytes], nowMs);
            }
        }

        bool isNoted = topic.Topic.Settings.NotesProducers;
        return (notes.Find(partition, isNoted), isNoted ? appender : Appender.Unknown);
    }

    private async ValueTask NoteAsync(PartitionNotes? noted, Appender who, ReadOnlyMemory<byte> batches, AppendOutcome outcome)
    {
        if (noted is not null && outcome.IsStored)
        {
            ProducerId producer = RecordBatchView.TryRead(batches.Span, out RecordBatchView batch) ? batch.ProducerId : ProducerId.None;
            await notes.TellAsync(noted, outcome, producer, who).ConfigureAwait(false);
        }
    }
}
