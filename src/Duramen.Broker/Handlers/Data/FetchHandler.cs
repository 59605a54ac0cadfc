using Duramen.Broker.Connections;
using Duramen.Broker.Partitions;
using Duramen.Broker.Requests;
using Duramen.Broker.Topics;
using Duramen.Core.Ids;
using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Kafka.Wire;
using Duramen.Log;

namespace Duramen.Broker.Handlers.Data;

/// <summary>
/// Reads batches from partitions. The bytes go from the log's buffer to the connection without a copy of this class's making. There are no fetch
/// sessions: every answer says session 0, after which clients name their partitions in every request.
/// </summary>
internal sealed class FetchHandler(BrokerTopics topics, AnswerBudget answers, TimeProvider time) : IApiHandler
{
    private const int FinalEpoch = -1;
    private const sbyte ReadCommitted = 1;

    /// <inheritdoc/>
    public KafkaApi Api { get; } = KafkaApis.Get(ApiKey.Fetch);

    /// <inheritdoc/>
    public bool KeepsFrame => false;

    /// <inheritdoc/>
    public ValueTask<ResponseFrame?> StartAsync(ref KafkaReader reader, RequestContext context) =>
        AnswerAsync(FetchRequest.Read(ref reader, context.Version), context);

    private async ValueTask<ResponseFrame?> AnswerAsync(FetchRequest request, RequestContext context)
    {
        var frame = new ResponseFrame();
        try
        {
            FetchResponse response = request.SessionId != 0 && request.SessionEpoch != FinalEpoch
                ? new FetchResponse { ErrorCode = KafkaError.FetchSessionIdNotFound }
                : await FetchAsync(request, frame, context).ConfigureAwait(false);
            KafkaFrames.WriteResponse(frame.Writer, response, context.Version, context.CorrelationId);
            return frame;
        }
        catch
        {
            frame.Dispose();
            throw;
        }
    }

    private async ValueTask<FetchResponse> FetchAsync(FetchRequest request, ResponseFrame frame, RequestContext context)
    {
        List<PartitionFetch> partitions = Plan(request);
        partitions.ForEach(frame.Own);
        int maxBytes = Math.Clamp(request.MaxBytes, 0, RequestLimits.FetchMaxBytes);
        var patience = TimeSpan.FromMilliseconds(Math.Clamp(request.MaxWaitMs, 0, RequestLimits.FetchMaxWaitMs));
        var run = new FetchRun(partitions, request.MinBytes, maxBytes, answers, time);
        await run.RunAsync(patience, context.Connection.Draining, context.Gone).ConfigureAwait(false);
        return Answer(request, partitions, context.Version);
    }

    private List<PartitionFetch> Plan(FetchRequest request)
    {
        int count = 0;
        foreach (FetchRequest.Topic topic in request.Topics)
        {
            count += topic.Partitions.Count;
        }

        var partitions = new List<PartitionFetch>(count);
        HashSet<Partition>? seen = count > RequestLimits.UncheckedFetchPartitions ? [] : null;
        foreach (FetchRequest.Topic topic in request.Topics)
        {
            BrokerTopic? known = topics.Find(topic.Name);
            foreach (FetchRequest.Partition part in topic.Partitions)
            {
                Partition? partition = known?.Find(part.Index);
                KafkaError error =
                    partition is null ? KafkaError.UnknownTopicOrPartition
                    : seen?.Add(partition) == false ? KafkaError.InvalidRequest
                    : LeaderEpochs.Check(part.CurrentLeaderEpoch);
                partitions.Add(new PartitionFetch(partition, new Offset(part.FetchOffset), part.MaxBytes, answers, error));
            }
        }

        return partitions;
    }

    private static FetchResponse Answer(FetchRequest request, List<PartitionFetch> partitions, short version)
    {
        var response = new FetchResponse { Topics = new(request.Topics.Count) };
        int next = 0;
        foreach (FetchRequest.Topic topic in request.Topics)
        {
            var answer = new FetchResponse.Topic { Name = topic.Name, Partitions = new(topic.Partitions.Count) };
            response.Topics.Add(answer);
            foreach (FetchRequest.Partition part in topic.Partitions)
            {
                answer.Partitions.Add(Answer(part.Index, partitions[next++], request.IsolationLevel, version));
            }
        }

        return response;
    }

    private static FetchResponse.Partition Answer(int index, PartitionFetch fetch, sbyte isolationLevel, short version)
    {
        bool isKnown = fetch.Error == KafkaError.None || fetch.Error == KafkaError.OffsetOutOfRange;
        LogWatermarks watermarks = fetch.Watermarks;
        return new FetchResponse.Partition
        {
            Index = index,
            // The name of a storage error is younger than the first versions, whose clients look for another leader.
            ErrorCode = fetch.Error == KafkaError.KafkaStorageError && version <= 5 ? KafkaError.NotLeaderOrFollower : fetch.Error,
            HighWatermark = isKnown ? watermarks.Committed.Value : -1,
            LastStableOffset = isKnown ? watermarks.Committed.Value : -1,
            LogStartOffset = isKnown ? watermarks.Start.Value : -1,
            AbortedTransactions = isolationLevel == ReadCommitted ? [] : null!,
            Records = Records(fetch.Error == KafkaError.None ? fetch.Slices : []),
        };
    }

    private static RecordBytes Records(IReadOnlyList<LogSlice> slices) => slices.Count switch
    {
        0 => default,
        1 => new RecordBytes(slices[0].Batches),
        _ => new RecordBytes([.. slices.Select(slice => slice.Batches)]),
    };
}
