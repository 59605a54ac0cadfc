using Duramen.Client.Cluster;
using Duramen.Client.Connections;
using Duramen.Kafka;
using Duramen.Kafka.Messages;

namespace Duramen.Client;

/// <summary>
/// A client of a Kafka-compatible cluster: the connections, and what is known of brokers and topics. Producers, consumers and everything else are made
/// on one and share it; it outlives them, and who made it disposes it. Making one does nothing yet: the first use connects. Safe to use from any thread.
/// </summary>
public sealed class KafkaClient : IAsyncDisposable
{
    private const sbyte GroupKey = 0;
    private const int UnknownTopicAttempts = 5;

    private readonly ConnectionPool _connections;
    private readonly MetadataCache _metadata;

    /// <summary>Makes a client with everything as by default but where the cluster is.</summary>
    public KafkaClient(string bootstrapServers)
        : this(new ClientOptions { BootstrapServers = bootstrapServers })
    {
    }

    /// <summary>Makes a client.</summary>
    /// <exception cref="ClientException"><see cref="ClientErrors.InvalidOption"/>.</exception>
    public KafkaClient(ClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        Backoff = new(options);
        _connections = new(options);
        _metadata = new(options, _connections, Backoff);
    }

    /// <summary>How it was made.</summary>
    public ClientOptions Options { get; }

    internal Backoff Backoff { get; }

    internal ClusterView View => _metadata.View;

    /// <summary>Closes all connections.</summary>
    public async ValueTask DisposeAsync()
    {
        await _connections.DisposeAsync().ConfigureAwait(false);
        _metadata.Dispose();
    }

    /// <inheritdoc cref="MetadataCache.RefreshAsync"/>
    internal Task<ClusterView> RefreshAsync(
        IReadOnlyCollection<string>? topics, ClusterView? seen = null, bool mayCreate = false, CancellationToken cancellationToken = default) =>
        _metadata.RefreshAsync(topics, seen, mayCreate, cancellationToken);

    /// <summary>What is known of a topic, asked for until it exists and all its partitions have leaders, for as long as an operation may take.</summary>
    /// <exception cref="ClientException"><see cref="ClientErrors.Refused"/>.</exception>
    internal async Task<TopicView> GetTopicAsync(string name, CancellationToken cancellationToken)
    {
        if (View.Topics.TryGetValue(name, out TopicView? known) && known.Error == KafkaError.None && known.Partitions.Count > 0)
        {
            return known;
        }

        return await RetryAsync(
            async token =>
            {
                ClusterView view = await RefreshAsync([name], mayCreate: true, cancellationToken: token).ConfigureAwait(false);
                TopicView? topic = view.Topics.GetValueOrDefault(name);
                KafkaError error = topic is null ? KafkaError.UnknownTopicOrPartition : topic.Error;
                return error == KafkaError.None && topic!.Partitions.Count > 0
                    ? topic
                    : throw ClientException.Refused($"Looking up topic '{name}'", error == KafkaError.None ? KafkaError.LeaderNotAvailable : error);
            },
            IsWorthAnotherAttempt,
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A connection to a broker of the cluster.</summary>
    /// <exception cref="ClientException"><see cref="ClientErrors.BrokerUnreachable"/>; also when the broker is not known any more.</exception>
    internal Task<BrokerConnection> ConnectAsync(int brokerId, ConnectionLane lane, CancellationToken cancellationToken) =>
        View.Brokers.TryGetValue(brokerId, out BrokerAddress address)
            ? _connections.GetAsync(address, lane, cancellationToken)
            : Task.FromException<BrokerConnection>(new ClientException(
                ClientErrors.BrokerUnreachable, FormattableString.Invariant($"Broker {brokerId} is not known to the cluster any more."), "Try again."));

    /// <summary>The connection to a broker when there is one that works; never waits.</summary>
    internal BrokerConnection? FindConnection(int brokerId, ConnectionLane lane) =>
        View.Brokers.TryGetValue(brokerId, out BrokerAddress address) ? _connections.Find(address, lane) : null;

    /// <summary>Ends the connections of a lane that is not used any more.</summary>
    internal ValueTask CloseAsync(ConnectionLane lane) => _connections.CloseAsync(lane);

    /// <summary>Asks whichever broker answers.</summary>
    internal Task<TResponse> AskAnyAsync<TResponse>(IKafkaRequest<TResponse> request, CancellationToken cancellationToken)
        where TResponse : IKafkaResponse<TResponse> => _metadata.AskAnyAsync(_ => request, cancellationToken);

    /// <summary>Asks one broker what depends on the version that is spoken.</summary>
    internal async Task<TResponse> AskAsync<TResponse>(int brokerId, Func<short, IKafkaRequest<TResponse>> request, CancellationToken cancellationToken)
        where TResponse : IKafkaResponse<TResponse>
    {
        BrokerConnection connection = await ConnectAsync(brokerId, ConnectionLane.Prompt, cancellationToken).ConfigureAwait(false);
        return await connection.SendAsync(request).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks one broker.</summary>
    internal async Task<TResponse> AskAsync<TResponse>(
        int brokerId, IKafkaRequest<TResponse> request, CancellationToken cancellationToken, ConnectionLane? lane = null, int extraTimeMs = 0)
        where TResponse : IKafkaResponse<TResponse>
    {
        BrokerConnection connection = await ConnectAsync(brokerId, lane ?? ConnectionLane.Prompt, cancellationToken).ConfigureAwait(false);
        return await connection.SendAsync(request, extraTimeMs).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks the broker that changes topics.</summary>
    internal async Task<TResponse> AskControllerAsync<TResponse>(IKafkaRequest<TResponse> request, CancellationToken cancellationToken)
        where TResponse : IKafkaResponse<TResponse>
    {
        ClusterView view = View.ControllerId >= 0 ? View : await RefreshAsync([], cancellationToken: cancellationToken).ConfigureAwait(false);
        try
        {
            return await AskControllerAsync(view, request, cancellationToken).ConfigureAwait(false);
        }
        catch (ClientException error) when (error.Code == ClientErrors.BrokerUnreachable)
        {
            // Nothing was sent, and by now another broker may be the controller.
            view = await RefreshAsync([], cancellationToken: cancellationToken).ConfigureAwait(false);
            return await AskControllerAsync(view, request, cancellationToken).ConfigureAwait(false);
        }
    }

    private Task<TResponse> AskControllerAsync<TResponse>(ClusterView view, IKafkaRequest<TResponse> request, CancellationToken cancellationToken)
        where TResponse : IKafkaResponse<TResponse> =>
        view.ControllerId >= 0 && view.Brokers.ContainsKey(view.ControllerId)
            ? AskAsync(view.ControllerId, request, cancellationToken)
            : AskAnyAsync(request, cancellationToken);

    /// <summary>The broker that leads a partition, asked for when it is not known.</summary>
    /// <exception cref="ClientException"><see cref="ClientErrors.Refused"/>: there is no such partition, or no leader now.</exception>
    internal async Task<int> GetLeaderAsync(TopicPartition partition, CancellationToken cancellationToken, bool mayCreate = true)
    {
        int leader = View.LeaderOf(partition);
        if (leader >= 0)
        {
            return leader;
        }

        TopicView? topic = mayCreate ? await GetTopicAsync(partition.Topic, cancellationToken).ConfigureAwait(false) : null;
        leader = View.LeaderOf(partition);
        if (leader < 0)
        {
            ClusterView view = await RefreshAsync([partition.Topic], cancellationToken: cancellationToken).ConfigureAwait(false);
            topic = view.Topics.GetValueOrDefault(partition.Topic);
            leader = view.LeaderOf(partition);
        }

        KafkaError error = topic is null ? KafkaError.UnknownTopicOrPartition
            : topic.Error != KafkaError.None ? topic.Error
            : (uint)partition.Partition >= (uint)topic.Partitions.Count ? KafkaError.UnknownTopicOrPartition
            : KafkaError.LeaderNotAvailable;
        return leader >= 0 ? leader : throw ClientException.Refused($"Looking up the leader of partition {partition}", error);
    }

    /// <summary>
    /// Asks the leader of a partition, and whoever leads it next when that one is gone or leads it no more, for as long as an operation may take.
    /// </summary>
    /// <exception cref="ClientException">What the last attempt met.</exception>
    internal async Task<T> AskLeaderAsync<T>(
        TopicPartition partition, Func<int, CancellationToken, Task<T>> ask, CancellationToken cancellationToken, bool mayCreate = true)
    {
        long began = Options.Time.GetTimestamp();
        for (int attempt = 1; ; attempt++)
        {
            ClusterView seen = View;
            try
            {
                int leader = seen.LeaderOf(partition);
                return await ask(leader >= 0 ? leader : await GetLeaderAsync(partition, cancellationToken, mayCreate).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            }
            catch (ClientException error) when (IsWorthAnotherAttempt(error, attempt) && Options.Time.GetElapsedTime(began).TotalMilliseconds < Options.OperationTimeoutMs)
            {
                await Backoff.WaitAsync(attempt, cancellationToken).ConfigureAwait(false);
                await RefreshAsync([partition.Topic], seen, cancellationToken: cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Whether an attempt that failed is followed by another one. A topic is unknown for a moment while it is being created, and for ever when it is gone.</summary>
    internal static bool IsWorthAnotherAttempt(ClientException error, int attempt) =>
        error.IsRetriable && (error.Error != KafkaError.UnknownTopicOrPartition || attempt < UnknownTopicAttempts);

    /// <summary>The broker that coordinates a group. Its address is entered among those known, so that it can be asked at once.</summary>
    internal async Task<int> FindCoordinatorAsync(string group, CancellationToken cancellationToken)
    {
        // From version 4 on several are asked for at once.
        FindCoordinatorResponse answer = await _metadata.AskAnyAsync<FindCoordinatorResponse>(
            version => version >= 4 ? new FindCoordinatorRequest { KeyType = GroupKey, Keys = [group] } : new FindCoordinatorRequest { KeyType = GroupKey, Key = group },
            cancellationToken).ConfigureAwait(false);
        (KafkaError error, string? message, int brokerId) = answer.Coordinators is [var first, ..]
            ? (first.ErrorCode, first.ErrorMessage, first.NodeId)
            : (answer.ErrorCode, answer.ErrorMessage, answer.NodeId);
        if (error != KafkaError.None)
        {
            throw ClientException.Refused($"Looking up the coordinator of group '{group}'", error, message);
        }

        if (!View.Brokers.ContainsKey(brokerId))
        {
            await RefreshAsync([], cancellationToken: cancellationToken).ConfigureAwait(false);
        }

        return brokerId;
    }

    /// <summary>Does something again while it fails with what may pass, for as long as an operation may take, or until no broker can be connected to at all.</summary>
    internal Task<T> RetryAsync<T>(Func<CancellationToken, Task<T>> operation, CancellationToken cancellationToken) =>
        RetryAsync(operation, static (_, _) => true, cancellationToken);

    private async Task<T> RetryAsync<T>(Func<CancellationToken, Task<T>> operation, Func<ClientException, int, bool> isWorthIt, CancellationToken cancellationToken)
    {
        long began = Options.Time.GetTimestamp();
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await operation(cancellationToken).ConfigureAwait(false);
            }
            catch (ClientException error) when (error.IsRetriable && isWorthIt(error, attempt)
                && error.Code != ClientErrors.Unreachable
                && Options.Time.GetElapsedTime(began).TotalMilliseconds < Options.OperationTimeoutMs)
            {
                await Backoff.WaitAsync(attempt, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
