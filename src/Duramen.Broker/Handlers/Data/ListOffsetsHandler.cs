using Duramen.Broker.Partitions;
using Duramen.Broker.Requests;
using Duramen.Broker.Topics;
using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Log;

namespace Duramen.Broker.Handlers.Data;

/// <summary>Finds the ends of partitions, and the first record at or after a time, exact to the record.</summary>
internal sealed class ListOffsetsHandler(BrokerTopics topics) : ApiHandler<ListOffsetsRequest, ListOffsetsResponse>
{
    private const long Latest = -1;
    private const long Earliest = -2;
    private const long MaxTimestamp = -3;
    private const long EarliestLocal = -4;
    private const long LatestTiered = -5;
    private const short FirstVersionWithMaxTimestamp = 7;
    private const short FirstVersionWithEarliestLocal = 8;
    private const short FirstVersionWithLatestTiered = 9;

    /// <inheritdoc/>
    protected override async ValueTask<ListOffsetsResponse> HandleAsync(ListOffsetsRequest request, RequestContext context)
    {
        var response = new ListOffsetsResponse { Topics = new(request.Topics.Count) };
        HashSet<(string, int)> seen = [];
        HashSet<(string, int)> repeated = [.. request.Topics.SelectMany(topic => topic.Partitions.Select(part => (topic.Name, part.Index))).Where(part => !seen.Add(part))];
        foreach (ListOffsetsRequest.Topic topic in request.Topics)
        {
            BrokerTopic? known = topics.Find(topic.Name);
            var answer = new ListOffsetsResponse.Topic { Name = topic.Name, Partitions = new(topic.Partitions.Count) };
            response.Topics.Add(answer);
            foreach (ListOffsetsRequest.Partition part in topic.Partitions)
            {
                answer.Partitions.Add(repeated.Contains((topic.Name, part.Index))
                    ? new ListOffsetsResponse.Partition { Index = part.Index, ErrorCode = KafkaError.InvalidRequest }
                    : await FindAsync(known?.Find(part.Index), part, context).ConfigureAwait(false));
            }
        }

        return response;
    }

    private static async ValueTask<ListOffsetsResponse.Partition> FindAsync(Partition? partition, ListOffsetsRequest.Partition asked, RequestContext context)
    {
        var answer = new ListOffsetsResponse.Partition { Index = asked.Index };
        answer.ErrorCode = partition is null ? KafkaError.UnknownTopicOrPartition : LeaderEpochs.Check(asked.CurrentLeaderEpoch);
        if (answer.ErrorCode != KafkaError.None)
        {
            return answer;
        }

        try
        {
            LogWatermarks watermarks = partition!.Log.Watermarks;
            switch (asked.Timestamp)
            {
                case Latest:
                    Found(answer, watermarks.Committed.Value, -1);
                    break;
                case Earliest:
                    Found(answer, watermarks.Start.Value, -1);
                    break;
                case EarliestLocal when context.Version >= FirstVersionWithEarliestLocal:
                    Found(answer, watermarks.Start.Value, -1);
                    break;
                case LatestTiered when context.Version >= FirstVersionWithLatestTiered:
                    // There is no tiered storage, and so no record in it.
                    break;
                case MaxTimestamp when context.Version >= FirstVersionWithMaxTimestamp:
                    await FindLargestAsync(partition, answer, context.Gone).ConfigureAwait(false);
                    break;
                case >= 0:
                    if (await partition.Log.FindTimestampAsync(asked.Timestamp, context.Gone).ConfigureAwait(false) is TimestampMatch match)
                    {
                        Found(answer, match.Offset.Value, match.TimestampMs);
                    }

                    break;
                default:
                    answer.ErrorCode = KafkaError.UnsupportedVersion;
                    break;
            }
        }
        catch (LogException exception)
        {
            answer.ErrorCode = LogFailures.OfRead(exception);
        }

        return answer;
    }

    private static async ValueTask FindLargestAsync(Partition partition, ListOffsetsResponse.Partition answer, CancellationToken gone)
    {
        if (await LargestTimestamp.FindAsync(partition.Log, gone).ConfigureAwait(false) is TimestampMatch match)
        {
            Found(answer, match.Offset.Value, match.TimestampMs);
        }
    }

    private static void Found(ListOffsetsResponse.Partition answer, long offset, long timestampMs)
    {
        answer.Offset = offset;
        answer.Timestamp = timestampMs;
        answer.LeaderEpoch = Partition.Epoch.Value;
    }
}
