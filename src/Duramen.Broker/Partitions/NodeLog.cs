using Duramen.Broker.Notes;
using Duramen.Broker.Topics;
using Duramen.Coordination.Notes;
using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.Records.Batches;
using Duramen.Records.Compression;

namespace Duramen.Broker.Partitions;

/// <summary>
/// A partition's log as the node's own process appends to it: with the epoch of the partition's leader, the times and the codec that the topic gives, and a note of who appends,
/// like the batches of clients. What the topic asks of single records is for whoever makes them to keep to.
/// </summary>
internal sealed class NodeLog(BrokerTopics topics, NoteTaker notes, Guid topicId, int index, ILog log, Appender appender, TimeProvider time) : DelegatingLog(log)
{
    public override async ValueTask<AppendResult> AppendAsync(Memory<byte> batches, AppendOptions options = default, CancellationToken cancellationToken = default)
    {
        using Prepared prepared = Prepare(batches);
        AppendResult result = await Inner.AppendAsync(prepared.Batches, options with { Epoch = Partition.Epoch }, cancellationToken).ConfigureAwait(false);
        AppendStatus status = result.IsDuplicate ? AppendStatus.Duplicate : AppendStatus.Appended;
        await NoteAsync(prepared, new AppendOutcome(status, result, result.NextOffset)).ConfigureAwait(false);
        return result;
    }

    public override async ValueTask<AppendOutcome> TryAppendAsync(Memory<byte> batches, AppendOptions options = default, CancellationToken cancellationToken = default)
    {
        using Prepared prepared = Prepare(batches);
        AppendOutcome outcome = await Inner.TryAppendAsync(prepared.Batches, options with { Epoch = Partition.Epoch }, cancellationToken).ConfigureAwait(false);
        await NoteAsync(prepared, outcome).ConfigureAwait(false);
        return outcome;
    }

    /// <summary>Gives the batches what the topic asks for as it is now, and finds where they are noted; nowhere when the topic is gone, as the log will say.</summary>
    private Prepared Prepare(Memory<byte> batches)
    {
        if (topics.Find(topicId) is not BrokerTopic topic || topic.Find(index) is not Partition partition)
        {
            return new Prepared(batches, null, Appender.Unknown, null);
        }

        if (topic.Topic.Settings.MinInsyncReplicas > 1)
        {
            throw new LogException(
                LogErrors.NotSupported,
                $"Topic '{topic.Name}' asks for {topic.Topic.Settings.MinInsyncReplicas} replicas (min.insync.replicas), and its partitions have one.",
                "Set min.insync.replicas to 1.");
        }

        PooledBuffer? recompressed = partition.Rules.Codec is { } codec ? Recompress(batches, codec) : null;
        batches = recompressed?.WrittenMemory ?? batches;
        if (partition.Rules.UsesLogAppendTime)
        {
            long nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
            for (Memory<byte> rest = batches; RecordBatchView.TryRead(rest.Span, out RecordBatchView batch); rest = rest[batch.SizeBytes..])
            {
                RecordBatchPatch.SetLogAppendTime(rest.Span[..batch.SizeBytes], nowMs);
            }
        }

        bool isNoted = topic.Topic.Settings.NotesProducers;
        return new Prepared(batches, notes.Find(partition, isNoted), isNoted ? appender : Appender.Unknown, recompressed);
    }

    /// <summary>The batches with the codec that the topic asks for; null when they have it.</summary>
    private static PooledBuffer? Recompress(ReadOnlyMemory<byte> batches, CompressionCodec codec)
    {
        bool differs = false;
        for (ReadOnlySpan<byte> rest = batches.Span; !differs && RecordBatchView.TryRead(rest, out RecordBatchView batch); rest = rest[batch.SizeBytes..])
        {
            differs = batch.Codec != codec;
        }

        if (!differs)
        {
            return null;
        }

        if (!RecordCompression.IsAvailable(codec))
        {
            throw new LogException(
                LogErrors.NotSupported, $"The topic asks for {codec}, whose library is not installed here.", "Install the library, or set another compression.type.");
        }

        using var decoder = new RecordBatchDecoder();
        var output = new PooledBuffer();
        try
        {
            for (ReadOnlySpan<byte> rest = batches.Span; RecordBatchView.TryRead(rest, out RecordBatchView batch); rest = rest[batch.SizeBytes..])
            {
                // One that does not decode is left to the log to refuse.
                if (batch.Codec == codec || !RecordBatchRecompressor.Recompress(batch, codec, decoder, output).IsNone)
                {
                    output.Write(batch.Bytes);
                }
            }

            return output;
        }
        catch
        {
            output.Dispose();
            throw;
        }
    }

    private async ValueTask NoteAsync(Prepared prepared, AppendOutcome outcome)
    {
        if (prepared.Notes is { } noted && outcome.IsStored)
        {
            ProducerId producer = RecordBatchView.TryRead(prepared.Batches.Span, out RecordBatchView batch) ? batch.ProducerId : ProducerId.None;
            await notes.TellAsync(noted, outcome, producer, prepared.Appender).ConfigureAwait(false);
        }
    }

    /// <summary>An append as the topic asks for it.</summary>
    /// <param name="Batches">The batches to append.</param>
    /// <param name="Notes">Where they are noted; null for nowhere.</param>
    /// <param name="Appender">Who is noted.</param>
    /// <param name="Recompressed">The memory that the batches are in when it is not the caller's.</param>
    private readonly record struct Prepared(Memory<byte> Batches, PartitionNotes? Notes, Appender Appender, PooledBuffer? Recompressed) : IDisposable
    {
        public void Dispose() => Recompressed?.Dispose();
    }
}
