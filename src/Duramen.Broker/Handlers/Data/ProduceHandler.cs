using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Duramen.Broker.Connections;
using Duramen.Broker.Notes;
using Duramen.Broker.Partitions;
using Duramen.Broker.Requests;
using Duramen.Broker.Topics;
using Duramen.Coordination.Notes;
using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Kafka.Wire;
using Duramen.Log;
using Duramen.Records.Batches;
using Microsoft.Extensions.ObjectPool;

namespace Duramen.Broker.Handlers.Data;

/// <summary>
/// Appends batches to partitions. The bytes that the log gets are those in the request's frame. Appends are begun in the order of the requests and of
/// the partitions in them before <see cref="StartAsync"/> returns, so that requests of one connection may overlap and keep their order all the same.
/// <c>acks=1</c> and <c>acks=all</c> are both answered when the batch is synced.
/// </summary>
internal sealed class ProduceHandler(BrokerTopics topics, NoteTaker notes, TimeProvider time) : IApiHandler
{
    private const short AcksNone = 0;
    private const short AcksLeader = 1;
    private const short AcksAll = -1;

    private readonly DefaultObjectPool<BatchIntake> _intakes = new(new DefaultPooledObjectPolicy<BatchIntake>());

    /// <inheritdoc/>
    public KafkaApi Api { get; } = KafkaApis.Get(ApiKey.Produce);

    /// <inheritdoc/>
    public int MaxRequestBytes => int.MaxValue;

    /// <inheritdoc/>
    public bool MayOverlap => true;

    /// <inheritdoc/>
    public ValueTask<ResponseFrame?> StartAsync(ref KafkaReader reader, RequestContext context) =>
        AnswerAsync(ProduceRequest.Read(ref reader, context.Version), context);

    private async ValueTask<ResponseFrame?> AnswerAsync(ProduceRequest request, RequestContext context)
    {
        var response = new ProduceResponse { Topics = new(request.Topics.Count) };
        List<Append> appends = Begin(request, response, context);
        KafkaError firstError = KafkaError.None;
        foreach (Append append in appends)
        {
            await EndAsync(append).ConfigureAwait(false);
            firstError = firstError == KafkaError.None ? append.Answer.ErrorCode : firstError;
        }

        if (request.Acks == AcksNone)
        {
            // Nobody reads an answer; the producer learns of a failure by losing its connection.
            return firstError == KafkaError.None
                ? null
                : throw new ConnectionEndedException(CloseReason.FailedWithoutResponse, $"A produce request without acks failed: {firstError.WireName}.");
        }

        var frame = new ResponseFrame();
        KafkaFrames.WriteResponse(frame.Writer, response, context.Version, context.CorrelationId);
        return frame;
    }

    private List<Append> Begin(ProduceRequest request, ProduceResponse response, RequestContext context)
    {
        var appends = new List<Append>(request.Topics.Count);
        BatchIntake intake = _intakes.Get();
        long nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        int namedRecords = 0;
        foreach (ProduceRequest.Topic sent in request.Topics)
        {
            BrokerTopic? topic = topics.Find(sent.Name);
            var answer = new ProduceResponse.Topic { Name = sent.Name, Partitions = new(sent.Partitions.Count) };
            response.Topics.Add(answer);
            foreach (ProduceRequest.Partition part in sent.Partitions)
            {
                var append = new Append(new ProduceResponse.Partition { Index = part.Index, BaseOffset = -1 });
                answer.Partitions.Add(append.Answer);
                appends.Add(append);
                append.Refuse(Begin(append, request, topic, part, intake, context, nowMs), RequestLimits.NamedRecords - namedRecords);
                namedRecords += append.Answer.RecordErrors.Count;
            }
        }

        _intakes.Return(intake);
        return appends;
    }

    [SuppressMessage("Reliability", "CA2012", Justification = "The append is begun here and awaited once, in its turn.")]
    private PartitionError Begin(
        Append append, ProduceRequest request, BrokerTopic? topic, ProduceRequest.Partition part, BatchIntake intake, RequestContext context, long nowMs)
    {
        if (request.Acks is not (AcksNone or AcksLeader or AcksAll))
        {
            return new PartitionError(KafkaError.InvalidRequiredAcks, $"Acks are -1, 0 or 1, not {request.Acks}.");
        }

        if (topic?.Find(part.Index) is not Partition partition)
        {
            return new PartitionError(KafkaError.UnknownTopicOrPartition);
        }

        if (topic.IsInternal)
        {
            return new PartitionError(KafkaError.InvalidTopic, $"Topic {topic.Name} is the broker's own; clients do not write to it.");
        }

        if (request.Acks == AcksAll && topic.Topic.Settings.MinInsyncReplicas > 1)
        {
            return new PartitionError(
                KafkaError.NotEnoughReplicas, $"The topic's min.insync.replicas is {topic.Topic.Settings.MinInsyncReplicas}; the partition has 1 replica.");
        }

        Memory<byte> records = MemoryMarshal.AsMemory(part.Records.ToMemory());
        PartitionError error = intake.Check(records, partition.Rules, context.Version, nowMs, out Memory<byte> batch, out VerifiedBatch verified, out append.Replacement);
        if (error.Code != KafkaError.None)
        {
            return error;
        }

        if (RecordBatchView.TryRead(batch.Span, out RecordBatchView view) && view.IsTransactional)
        {
            return new PartitionError(KafkaError.InvalidTxnState, "Transactions are not served yet.");
        }

        append.Partition = partition;
        append.Producer = view.ProducerId;
        bool isNoted = topic.Topic.Settings.NotesProducers;
        append.Notes = notes.Find(partition, isNoted);
        append.Appender = isNoted ? context.Appender : Appender.Unknown;
        append.TimeMs = partition.Rules.UsesLogAppendTime ? nowMs : -1;

        // A client that waits for this answer gets it soonest from this thread; one that does not has more for the same sync.
        var options = new AppendOptions(Epoch: Partition.Epoch, Producer: ProducerCheck.Sequences, ReturnsAtOnce: context.Connection.HasSentMore, Verified: verified);
        append.Appending = partition.Log.TryAppendAsync(batch, options);
        return PartitionError.None;
    }

    private async ValueTask EndAsync(Append append)
    {
        if (append.Partition is not Partition partition)
        {
            return;
        }

        try
        {
            AppendOutcome outcome = await append.Appending.ConfigureAwait(false);
            if (outcome.IsStored)
            {
                PartitionError error = await NoteAsync(append, outcome).ConfigureAwait(false);
                if (error.Code != KafkaError.None)
                {
                    append.Refuse(error);
                    return;
                }

                append.Answer.BaseOffset = outcome.Result.BaseOffset.Value;
                append.Answer.LogAppendTimeMs = append.TimeMs;
                append.Answer.LogStartOffset = partition.Log.Watermarks.Start.Value;
            }
            else
            {
                append.Refuse(Refusal(outcome));
            }
        }
        catch (LogException exception)
        {
            append.Refuse(new PartitionError(LogFailures.OfAppend(exception), exception.Message));
        }
        finally
        {
            append.Replacement?.Dispose();
        }
    }

    /// <summary>A batch that is acknowledged has its note. One without is in the log all the same; its producer sends it again, and it is recognised or noted then.</summary>
    private async ValueTask<PartitionError> NoteAsync(Append append, AppendOutcome outcome)
    {
        if (append.Notes is null)
        {
            return PartitionError.None;
        }

        try
        {
            await notes.TellAsync(append.Notes, outcome, append.Producer, append.Appender).ConfigureAwait(false);
            return PartitionError.None;
        }
        catch (Exception exception) when (BrokerFailures.IsPlanned(exception))
        {
            return new PartitionError(KafkaError.KafkaStorageError, $"It cannot be noted who sent the batch: {exception.Message}");
        }
    }

    private static PartitionError Refusal(AppendOutcome outcome) => outcome.Status switch
    {
        AppendStatus.SequenceGap => new PartitionError(
            KafkaError.OutOfOrderSequenceNumber,
            $"Producer {outcome.Producer.Producer} is at sequence {outcome.Producer.NextSequence} of epoch {outcome.Producer.Epoch}; the batch does not follow."),
        AppendStatus.ProducerFenced => new PartitionError(
            KafkaError.InvalidProducerEpoch, $"Producer {outcome.Producer.Producer} is in epoch {outcome.Producer.Epoch}; the batch is of an earlier one."),
        _ => new PartitionError(KafkaError.UnknownServerError),
    };

    /// <summary>The append to one partition, from its beginning to its part of the answer.</summary>
    private sealed class Append(ProduceResponse.Partition answer)
    {
        /// <summary>The memory that the batch is in when it is not the request's; given back when the append has ended.</summary>
        public PooledBuffer? Replacement;

        public ProduceResponse.Partition Answer => answer;

        /// <summary>Where the batch goes; null when it was refused before.</summary>
        public Partition? Partition { get; set; }

        public ValueTask<AppendOutcome> Appending { get; set; }

        /// <summary>The batch's producer id.</summary>
        public ProducerId Producer { get; set; }

        /// <summary>Where it is noted who sent the batch; null when it is not.</summary>
        public PartitionNotes? Notes { get; set; }

        /// <summary>Who sent the batch, as far as that is to be noted.</summary>
        public Appender Appender { get; set; } = Appender.Unknown;

        /// <summary>The time that all records were given, or -1.</summary>
        public long TimeMs { get; set; }

        /// <param name="error">Why; nothing is done for no error.</param>
        /// <param name="mostRecords">How many of its records the answer may name.</param>
        public void Refuse(PartitionError error, int mostRecords = 0)
        {
            if (error.Code == KafkaError.None)
            {
                return;
            }

            answer.ErrorCode = error.Code;
            answer.ErrorMessage = error.Message ?? error.Code.Message;
            IReadOnlyList<BatchFault> records = error.Records ?? [];
            for (int index = 0; index < records.Count && index < mostRecords; index++)
            {
                BatchFault record = records[index];
                bool isExplained = answer.RecordErrors.Count < RequestLimits.ExplainedRecords;
                answer.RecordErrors.Add(new ProduceResponse.RecordError { BatchIndex = record.RecordIndex, Message = isExplained ? record.Message : null });
            }
        }
    }
}
