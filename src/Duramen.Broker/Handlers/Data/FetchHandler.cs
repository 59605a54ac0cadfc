using Duramen.Broker.Connections;
using Duramen.Broker.Fetches;
using Duramen.Broker.Requests;
using Duramen.Broker.Topics;
using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Kafka.Wire;
using Duramen.Log;

namespace Duramen.Broker.Handlers.Data;

/// <summary>
/// Reads batches from partitions: those that the request names, or those of its session. The bytes go from the log's buffer to the connection without a copy
/// of this class's making.
/// </summary>
internal sealed class FetchHandler(BrokerTopics topics, FetchSessions sessions, AnswerBudget answers, TimeProvider time) : IApiHandler
{
    private const sbyte ReadCommitted = 1;
    private const short FirstVersionWithZstd = 10;

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
            FetchResponse response = await FetchAsync(request, frame, context).ConfigureAwait(false);
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
        if (request.SessionEpoch is FetchSessions.InitialEpoch or FetchSessions.FinalEpoch)
        {
            sessions.End(request.SessionId);
            return await FetchNamedAsync(request, frame, context).ConfigureAwait(false);
        }

        if (sessions.Take(request.SessionId, request.SessionEpoch, out KafkaError error) is not FetchSession session)
        {
            return new FetchResponse { ErrorCode = error };
        }

        try
        {
            bool isKept = session.TryChange(request) && sessions.TryCount(session);
            if (!isKept || session.Set.Count == 0)
            {
                // Without partitions there is nothing to go on with. With too many the client begins again, and gets no session.
                sessions.End(session.Id);
                return new FetchResponse { ErrorCode = isKept ? KafkaError.None : KafkaError.FetchSessionIdNotFound };
            }

            return await FetchNewsAsync(session, request, frame, context).ConfigureAwait(false);
        }
        finally
        {
            sessions.Return(session);
        }
    }

    /// <summary>Fetches from the partitions that the request names, and tells of all of them; makes a session of them when it asks for one.</summary>
    private async ValueTask<FetchResponse> FetchNamedAsync(FetchRequest request, ResponseFrame frame, RequestContext context)
    {
        FetchSet partitions = Plan(request);
        FetchSession? session = null;
        try
        {
            FetchRun run = Run(partitions, request, frame, context, tellsAll: true);
            await run.RunAsync(context.Connection.Draining, context.Gone).ConfigureAwait(false);
            session = request.SessionEpoch == FetchSessions.InitialEpoch ? FetchSession.TryMake(partitions) : null;
            session = session is not null && sessions.TryEnter(session) ? session : null;
            FetchResponse response = Answer(run, request, context.Version, isNewsOnly: false);
            if (session is not null)
            {
                response.SessionId = session.Id;
                run.Leave();
            }

            return response;
        }
        finally
        {
            if (session is null)
            {
                partitions.Dispose();
            }
            else
            {
                sessions.Return(session);
            }
        }
    }

    /// <summary>Fetches from the partitions of a session, and tells of those about which there is something new.</summary>
    private async ValueTask<FetchResponse> FetchNewsAsync(FetchSession session, FetchRequest request, ResponseFrame frame, RequestContext context)
    {
        session.LookAround(topics);
        FetchRun run = Run(session.Set, request, frame, context, tellsAll: false);
        try
        {
            await run.RunAsync(context.Connection.Draining, context.Gone).ConfigureAwait(false);
            FetchResponse response = Answer(run, request, context.Version, isNewsOnly: true);
            response.SessionId = session.Id;
            return response;
        }
        finally
        {
            run.Leave();
        }
    }

    private FetchRun Run(FetchSet partitions, FetchRequest request, ResponseFrame frame, RequestContext context, bool tellsAll)
    {
        var limits = new FetchLimits(
            request.MinBytes,
            Math.Clamp(request.MaxBytes, 0, RequestLimits.FetchMaxBytes),
            TimeSpan.FromMilliseconds(Math.Clamp(request.MaxWaitMs, 0, RequestLimits.FetchMaxWaitMs)),
            tellsAll,
            KnowsZstd: context.Version >= FirstVersionWithZstd);
        return new FetchRun(partitions, limits, topics, answers, frame, time);
    }

    private static FetchSet Plan(FetchRequest request)
    {
        int count = 0;
        foreach (FetchRequest.Topic topic in request.Topics)
        {
            count += topic.Partitions.Count;
        }

        var partitions = new FetchSet(count);
        HashSet<(string, int)>? seen = count > RequestLimits.UncheckedFetchPartitions ? [] : null;
        foreach (FetchRequest.Topic topic in request.Topics)
        {
            foreach (FetchRequest.Partition part in topic.Partitions)
            {
                partitions.Add(new FetchedPartition(topic.Name, part) { IsRepeated = seen?.Add((topic.Name, part.Index)) == false });
            }
        }

        return partitions;
    }

    private static FetchResponse Answer(FetchRun run, FetchRequest request, short version, bool isNewsOnly)
    {
        var response = new FetchResponse();
        var topics = new Dictionary<string, FetchResponse.Topic>(StringComparer.Ordinal);
        FetchResponse.Topic? last = null;
        foreach (FetchedPartition fetched in run.Touched)
        {
            FetchResponse.Partition answer = Answer(fetched.Index, fetched.Fetch!, request.IsolationLevel, version);
            if (!fetched.IsNews(answer) && isNewsOnly)
            {
                continue;
            }

            if (last?.Name != fetched.Topic && !topics.TryGetValue(fetched.Topic, out last))
            {
                last = new FetchResponse.Topic { Name = fetched.Topic };
                topics.Add(fetched.Topic, last);
                response.Topics.Add(last);
            }

            last.Partitions.Add(answer);
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
