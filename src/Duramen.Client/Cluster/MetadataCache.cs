using Duramen.Client.Connections;
using Duramen.Kafka;
using Duramen.Kafka.Messages;

namespace Duramen.Client.Cluster;

/// <summary>What is known of the cluster, and how more is learned. One question is under way at a time; those who wait for it share its answer where it serves them.</summary>
internal sealed class MetadataCache(ClientOptions options, ConnectionPool connections, Backoff backoff) : IDisposable
{
    private const short FirstVersionThatForbidsCreation = 4;

    private readonly IReadOnlyList<BrokerAddress> _bootstrap = BrokerAddress.ParseList(options.BootstrapServers);
    private readonly SemaphoreSlim _asking = new(1);
    private ClusterView _view = ClusterView.Nothing;
    private int _turn;

    public ClusterView View => Volatile.Read(ref _view);

    /// <summary>Asks for topics again, unless that happened since the caller looked.</summary>
    /// <param name="topics">The topics; null for all that there are.</param>
    /// <param name="seen">The view that did not serve the caller; null when none was looked at.</param>
    /// <param name="mayCreate">Whether the cluster may create the topics, when it is set up to.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<ClusterView> RefreshAsync(
        IReadOnlyCollection<string>? topics, ClusterView? seen, bool mayCreate, CancellationToken cancellationToken)
    {
        await _asking.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ClusterView known = View;
            if (seen is not null && !ReferenceEquals(seen, known) && topics is not null && topics.All(known.Topics.ContainsKey))
            {
                return known;
            }

            List<MetadataRequest.Topic>? asked = topics?.Select(name => new MetadataRequest.Topic { Name = name }).ToList();
            MetadataResponse answer = await AskAnyAsync<MetadataResponse>(
                version => new MetadataRequest { Topics = asked, AllowAutoTopicCreation = mayCreate || version < FirstVersionThatForbidsCreation }, cancellationToken).ConfigureAwait(false);
            ClusterView view = Merge(known, answer, isAll: topics is null);
            Volatile.Write(ref _view, view);
            return view;
        }
        finally
        {
            _asking.Release();
        }
    }

    /// <summary>Asks whichever broker answers: those known first, then those of the configuration, in turn.</summary>
    public async Task<TResponse> AskAnyAsync<TResponse>(Func<short, IKafkaRequest<TResponse>> request, CancellationToken cancellationToken)
        where TResponse : IKafkaResponse<TResponse>
    {
        long began = options.Time.GetTimestamp();
        for (int attempt = 1; ; attempt++)
        {
            ClientException? last = null;
            BrokerAddress[] candidates = [.. View.Brokers.OrderBy(broker => broker.Key).Select(broker => broker.Value).Concat(_bootstrap).Distinct()];
            for (int index = 0; index < candidates.Length; index++)
            {
                BrokerAddress address = candidates[(_turn + index) % candidates.Length];
                try
                {
                    BrokerConnection connection = await connections.GetAsync(address, ConnectionLane.Prompt, cancellationToken).ConfigureAwait(false);
                    return await connection.SendAsync(request).WaitAsync(cancellationToken).ConfigureAwait(false);
                }
                catch (ClientException error) when (error.IsRetriable)
                {
                    last = error;
                }
            }

            _turn = (_turn + 1) & int.MaxValue;
            if (options.Time.GetElapsedTime(began).TotalMilliseconds >= options.UnreachableTimeoutMs)
            {
                throw last!.Code == ClientErrors.BrokerUnreachable ? new ClientException(ClientErrors.Unreachable, last.Message, last.Remedy, last) : last;
            }

            await backoff.WaitAsync(attempt, cancellationToken).ConfigureAwait(false);
        }
    }

    public void Dispose() => _asking.Dispose();

    private static ClusterView Merge(ClusterView known, MetadataResponse answer, bool isAll)
    {
        var topics = isAll ? [] : new Dictionary<string, TopicView>(known.Topics);
        foreach (MetadataResponse.Topic topic in answer.Topics)
        {
            if (topic.Name is string name)
            {
                topics[name] = Read(name, topic);
            }
        }

        return new ClusterView
        {
            Brokers = answer.Brokers.ToDictionary(broker => broker.NodeId, broker => new BrokerAddress(broker.Host, broker.Port)),
            Topics = topics,
            ControllerId = answer.ControllerId,
            ClusterId = answer.ClusterId,
        };
    }

    private static TopicView Read(string name, MetadataResponse.Topic topic)
    {
        // A partition that is left out of the answer must not move the others to wrong numbers.
        int count = topic.Partitions.Count == 0 ? 0 : topic.Partitions.Max(partition => partition.Index) + 1;
        var partitions = new PartitionView[Math.Min(count, topic.Partitions.Count * 2)];
        for (int index = 0; index < partitions.Length; index++)
        {
            partitions[index] = new(index, KafkaError.LeaderNotAvailable, -1, -1, [], [], []);
        }

        foreach (MetadataResponse.Partition partition in topic.Partitions)
        {
            if ((uint)partition.Index < (uint)partitions.Length)
            {
                partitions[partition.Index] = new(
                    partition.Index,
                    partition.ErrorCode,
                    partition.LeaderId,
                    partition.LeaderEpoch,
                    partition.ReplicaNodes,
                    partition.IsrNodes,
                    partition.OfflineReplicas);
            }
        }

        return new(name, topic.TopicId, topic.ErrorCode, topic.IsInternal, partitions);
    }
}
