using System.Globalization;
using Duramen.Client.Cluster;
using Duramen.Client.Consumers;
using Duramen.Client.Offsets;
using Duramen.Core.Ids;
using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Log;

namespace Duramen.Client.Admin;

/// <summary>
/// Creates, describes, changes and deletes topics and groups. What a broker refuses is a <see cref="ClientException"/> with
/// <see cref="ClientErrors.Refused"/> and the broker's own words.
/// </summary>
public sealed class AdminClient
{
    private const sbyte TopicResource = 2;
    private const sbyte BrokerResource = 4;
    private const sbyte SetConfig = 0;
    private const sbyte DeleteConfig = 1;
    private const sbyte FromTopic = 1;
    private const sbyte FromNobody = 5;

    private readonly KafkaClient _client;

    /// <summary>Makes one on a client, which must outlive it.</summary>
    public AdminClient(KafkaClient client)
    {
        ArgumentNullException.ThrowIfNull(client);
        _client = client;
    }

    private int TimeoutMs => _client.Options.RequestTimeoutMs;

    /// <summary>Creates a topic.</summary>
    public async Task CreateTopicAsync(NewTopic topic, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(topic);
        var request = new CreateTopicsRequest
        {
            TimeoutMs = TimeoutMs,
            Topics =
            [
                new()
                {
                    Name = topic.Name,
                    NumPartitions = topic.Partitions,
                    ReplicationFactor = topic.ReplicationFactor,
                    Configs = [.. topic.Configs.Select(static config => new CreateTopicsRequest.Config { Name = config.Key, Value = config.Value })],
                },
            ],
        };
        CreateTopicsResponse answer = await AskControllerAsync(request, cancellationToken).ConfigureAwait(false);
        Check($"Creating topic '{topic.Name}'", answer.Topics.FirstOrDefault() is { } created ? (created.ErrorCode, created.ErrorMessage) : default);
        await WaitForTopicAsync(topic.Name, exists: true, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Deletes a topic with everything in it.</summary>
    public async Task DeleteTopicAsync(string name, CancellationToken cancellationToken = default)
    {
        DeleteTopicsResponse answer = await _client.RetryAsync(
            async token =>
            {
                ClusterView view = await _client.RefreshAsync([name], cancellationToken: token).ConfigureAwait(false);
                return view.ControllerId < 0 || !view.Brokers.ContainsKey(view.ControllerId)
                    ? throw ClientException.Refused($"Deleting topic '{name}'", KafkaError.CoordinatorNotAvailable, "No controller is known.")
                    : await _client.AskAsync<DeleteTopicsResponse>(
                        view.ControllerId,
                        version => version >= 6
                            ? new DeleteTopicsRequest { TimeoutMs = TimeoutMs, Topics = [new() { Name = name }] }
                            : new DeleteTopicsRequest { TimeoutMs = TimeoutMs, TopicNames = [name] },
                        token).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
        Check($"Deleting topic '{name}'", answer.Topics is [{ } deleted, ..] ? (deleted.ErrorCode, deleted.ErrorMessage) : default);
        await WaitForTopicAsync(name, exists: false, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>All topics, by name; the cluster's own included.</summary>
    public async Task<IReadOnlyList<TopicDescription>> ListTopicsAsync(CancellationToken cancellationToken = default)
    {
        ClusterView view = await _client.RefreshAsync(topics: null, cancellationToken: cancellationToken).ConfigureAwait(false);
        return [.. view.Topics.Values.Where(static topic => topic.Error == KafkaError.None).OrderBy(static topic => topic.Name, StringComparer.Ordinal).Select(Describe)];
    }

    /// <summary>One topic.</summary>
    public async Task<TopicDescription> DescribeTopicAsync(string name, CancellationToken cancellationToken = default)
    {
        ClusterView view = await _client.RefreshAsync([name], cancellationToken: cancellationToken).ConfigureAwait(false);
        TopicView? topic = view.Topics.GetValueOrDefault(name);
        KafkaError error = topic?.Error ?? KafkaError.UnknownTopicOrPartition;
        return error is KafkaError.None or KafkaError.LeaderNotAvailable && topic is not null
            ? Describe(topic)
            : throw ClientException.Refused($"Describing topic '{name}'", error, error == KafkaError.UnknownTopicOrPartition ? $"There is no topic '{name}'." : null);
    }

    /// <summary>Adds partitions to a topic; it keeps those it has.</summary>
    /// <param name="name">The topic.</param>
    /// <param name="count">How many it has then.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task AddPartitionsAsync(string name, int count, CancellationToken cancellationToken = default)
    {
        var request = new CreatePartitionsRequest { TimeoutMs = TimeoutMs, Topics = [new() { Name = name, Count = count, Assignments = null }] };
        CreatePartitionsResponse answer = await AskControllerAsync(request, cancellationToken).ConfigureAwait(false);
        Check($"Adding partitions to topic '{name}'", answer.Topics is [{ } topic, ..] ? (topic.ErrorCode, topic.ErrorMessage) : default);
    }

    /// <summary>The settings of a topic, by name.</summary>
    public async Task<IReadOnlyList<ConfigEntry>> DescribeConfigsAsync(string topic, CancellationToken cancellationToken = default)
    {
        var request = new DescribeConfigsRequest { Resources = [new() { ResourceType = TopicResource, ResourceName = topic, ConfigNames = null }] };
        DescribeConfigsResponse answer = await _client.RetryAsync(token => _client.AskAnyAsync(request, token), cancellationToken).ConfigureAwait(false);
        return Configs($"Describing the settings of topic '{topic}'", answer, static config => config.ConfigSource != FromTopic);
    }

    /// <summary>The settings of each broker, by its id.</summary>
    public async Task<IReadOnlyDictionary<int, IReadOnlyList<ConfigEntry>>> DescribeBrokersAsync(CancellationToken cancellationToken = default)
    {
        ClusterView view = await _client.RefreshAsync([], cancellationToken: cancellationToken).ConfigureAwait(false);
        var brokers = new SortedDictionary<int, IReadOnlyList<ConfigEntry>>();
        foreach (int broker in view.Brokers.Keys)
        {
            string name = broker.ToString(CultureInfo.InvariantCulture);
            var request = new DescribeConfigsRequest { Resources = [new() { ResourceType = BrokerResource, ResourceName = name, ConfigNames = null }] };
            DescribeConfigsResponse answer = await _client.RetryAsync(token => _client.AskAsync(broker, request, token), cancellationToken).ConfigureAwait(false);
            brokers[broker] = Configs($"Describing the settings of broker {name}", answer, static config => config.ConfigSource == FromNobody);
        }

        return brokers;
    }

    /// <summary>Changes settings of a topic; a null value takes a setting back to its default. Others stay.</summary>
    public async Task AlterConfigsAsync(string topic, IReadOnlyDictionary<string, string?> changes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(changes);
        var request = new IncrementalAlterConfigsRequest
        {
            Resources =
            [
                new()
                {
                    ResourceType = TopicResource,
                    ResourceName = topic,
                    Configs = [.. changes.Select(static change => new IncrementalAlterConfigsRequest.Config
                    {
                        Name = change.Key,
                        Operation = change.Value is null ? DeleteConfig : SetConfig,
                        Value = change.Value,
                    })],
                },
            ],
        };
        IncrementalAlterConfigsResponse answer = await AskControllerAsync(request, cancellationToken).ConfigureAwait(false);
        Check($"Changing topic '{topic}'", answer.Results is [{ } result, ..] ? (result.ErrorCode, result.ErrorMessage) : default);
    }

    /// <summary>How far a partition reaches.</summary>
    public async Task<PartitionOffsets> GetOffsetsAsync(TopicPartition partition, CancellationToken cancellationToken = default)
    {
        Task<TimestampMatch?> start = OffsetFinder.FindAsync(_client, partition, ReadPosition.BeginningTimestamp, isReadCommitted: false, cancellationToken);
        TimestampMatch? end = await OffsetFinder.FindAsync(_client, partition, ReadPosition.EndTimestamp, isReadCommitted: false, cancellationToken).ConfigureAwait(false);
        return new((await start.ConfigureAwait(false))?.Offset ?? Offset.Zero, end?.Offset ?? Offset.Zero);
    }

    /// <summary>Deletes the records of a partition below an offset; returns where it starts then.</summary>
    public Task<Offset> DeleteRecordsAsync(TopicPartition partition, Offset before, CancellationToken cancellationToken = default) => _client.AskLeaderAsync(
        partition,
        async (leader, token) =>
        {
            var request = new DeleteRecordsRequest
            {
                TimeoutMs = TimeoutMs,
                Topics = [new() { Name = partition.Topic, Partitions = [new() { Index = partition.Partition, Offset = before.Value }] }],
            };
            DeleteRecordsResponse answer = await _client.AskAsync(leader, request, token).ConfigureAwait(false);
            DeleteRecordsResponse.Partition deleted = answer.Topics.SelectMany(static topic => topic.Partitions).FirstOrDefault() ?? new() { ErrorCode = KafkaError.UnknownServerError };
            Check(FormattableString.Invariant($"Deleting the records of {partition} below offset {before}"), (deleted.ErrorCode, null));
            return new Offset(deleted.LowWatermark);
        },
        cancellationToken,
        mayCreate: false);

    /// <summary>The producers that the leader of a partition remembers, the one whose last batch is oldest first.</summary>
    public Task<IReadOnlyList<KnownProducer>> ListProducersAsync(TopicPartition partition, CancellationToken cancellationToken = default) => _client.AskLeaderAsync(
        partition,
        async (leader, token) =>
        {
            var request = new DescribeProducersRequest { Topics = [new() { Name = partition.Topic, PartitionIndexes = [partition.Partition] }] };
            DescribeProducersResponse answer = await _client.AskAsync(leader, request, token).ConfigureAwait(false);
            DescribeProducersResponse.Partition found = answer.Topics.SelectMany(static topic => topic.Partitions).FirstOrDefault() ?? new() { ErrorCode = KafkaError.UnknownServerError };
            Check($"Listing the producers of {partition}", (found.ErrorCode, found.ErrorMessage));
            return (IReadOnlyList<KnownProducer>)[.. found.ActiveProducers.Select(static producer => new KnownProducer(
                new ProducerId(producer.ProducerId), (short)producer.ProducerEpoch, producer.LastSequence, producer.LastTimestamp))];
        },
        cancellationToken,
        mayCreate: false);

    /// <summary>The bytes that each partition of a topic takes on each broker together.</summary>
    public async Task<IReadOnlyDictionary<TopicPartition, long>> GetSizesAsync(string topic, CancellationToken cancellationToken = default)
    {
        TopicDescription description = await DescribeTopicAsync(topic, cancellationToken).ConfigureAwait(false);
        var sizes = new SortedDictionary<TopicPartition, long>();
        foreach (int broker in description.Partitions.SelectMany(static partition => partition.Replicas).Distinct())
        {
            var request = new DescribeLogDirsRequest
            {
                Topics = [new() { Name = topic, PartitionIndexes = [.. description.Partitions.Select(static partition => partition.Index)] }],
            };
            DescribeLogDirsResponse answer = await _client.AskAsync(broker, request, cancellationToken).ConfigureAwait(false);
            foreach (DescribeLogDirsResponse.Result folder in answer.Results)
            {
                Check(FormattableString.Invariant($"Looking up the sizes of topic '{topic}' on broker {broker}"), (folder.ErrorCode, null));
                foreach (DescribeLogDirsResponse.Partition partition in folder.Topics.SelectMany(static found => found.Partitions))
                {
                    TopicPartition key = new(topic, partition.Index);
                    sizes[key] = sizes.GetValueOrDefault(key) + partition.SizeBytes;
                }
            }
        }

        return sizes;
    }

    /// <summary>All groups of all brokers, by id.</summary>
    public async Task<IReadOnlyList<GroupSummary>> ListGroupsAsync(CancellationToken cancellationToken = default)
    {
        ClusterView view = await _client.RefreshAsync([], cancellationToken: cancellationToken).ConfigureAwait(false);
        var groups = new List<GroupSummary>();
        foreach (int broker in view.Brokers.Keys)
        {
            ListGroupsResponse answer = await _client.RetryAsync(token => _client.AskAsync(broker, new ListGroupsRequest(), token), cancellationToken).ConfigureAwait(false);
            Check("Listing groups", (answer.ErrorCode, null));
            groups.AddRange(answer.Groups.Select(static group => new GroupSummary(group.GroupId, group.ProtocolType, group.State)));
        }

        return [.. groups.OrderBy(static group => group.Id, StringComparer.Ordinal)];
    }

    /// <summary>One group; one that does not exist is <c>Dead</c>.</summary>
    public async Task<GroupDescription> DescribeGroupAsync(string group, CancellationToken cancellationToken = default)
    {
        DescribeGroupsResponse answer = await WithCoordinatorAsync(
            group,
            (coordinator, token) => _client.AskAsync(coordinator, new DescribeGroupsRequest { Groups = [group] }, token),
            static answer => answer.Groups.FirstOrDefault()?.ErrorCode ?? KafkaError.UnknownServerError,
            cancellationToken).ConfigureAwait(false);
        DescribeGroupsResponse.Group found = answer.Groups[0];
        return new(
            found.GroupId,
            found.State,
            found.ProtocolType,
            found.ProtocolName,
            [
                .. found.Members.Select(member => new GroupMember(
                    member.MemberId,
                    member.GroupInstanceId,
                    member.ClientId,
                    member.ClientHost,
                    found.ProtocolType == "consumer" ? GroupProtocol.ReadAssignment(member.Assignment.Span) : [])),
            ]);
    }

    /// <summary>Deletes a group without members, and what it has committed.</summary>
    public async Task DeleteGroupAsync(string group, CancellationToken cancellationToken = default) => await WithCoordinatorAsync(
        group,
        (coordinator, token) => _client.AskAsync(coordinator, new DeleteGroupsRequest { GroupIds = [group] }, token),
        static answer => answer.Results.FirstOrDefault()?.ErrorCode ?? KafkaError.UnknownServerError,
        cancellationToken).ConfigureAwait(false);

    /// <summary>What a group has committed, by partition.</summary>
    public async Task<IReadOnlyDictionary<TopicPartition, Offset>> GetGroupOffsetsAsync(string group, CancellationToken cancellationToken = default)
    {
        Dictionary<TopicPartition, Offset> offsets = await new GroupCoordinator(_client, group).AskAsync(
            (coordinator, token) => CommittedOffsets.FetchAsync(_client, coordinator, group, partitions: null, token), cancellationToken).ConfigureAwait(false);
        return new SortedDictionary<TopicPartition, Offset>(offsets);
    }

    /// <summary>Commits offsets for a group that has no members now.</summary>
    public Task SetGroupOffsetsAsync(string group, IReadOnlyDictionary<TopicPartition, Offset> offsets, CancellationToken cancellationToken = default) =>
        new GroupCoordinator(_client, group).AskAsync(
            async (coordinator, token) =>
            {
                await CommittedOffsets.CommitAsync(_client, coordinator, group, ("", null, -1), [.. offsets], token).ConfigureAwait(false);
                return true;
            },
            cancellationToken);

    private static IReadOnlyList<ConfigEntry> Configs(string what, DescribeConfigsResponse answer, Func<DescribeConfigsResponse.Config, bool> isDefault)
    {
        DescribeConfigsResponse.Result result = answer.Results.FirstOrDefault() ?? new() { ErrorCode = KafkaError.UnknownServerError };
        Check(what, (result.ErrorCode, result.ErrorMessage));
        return
        [
            .. result.Configs.OrderBy(static config => config.Name, StringComparer.Ordinal)
                .Select(config => new ConfigEntry(config.Name, config.Value, isDefault(config), config.ReadOnly)),
        ];
    }

    private static TopicDescription Describe(TopicView topic) => new(
        topic.Name,
        topic.Id,
        topic.IsInternal,
        [.. topic.Partitions.Select(static partition => new PartitionDescription(partition.Index, partition.LeaderId, partition.LeaderEpoch, partition.Replicas, partition.InSync))]);

    private static void Check(string what, (KafkaError Error, string? Message) answer)
    {
        if (answer.Error != KafkaError.None)
        {
            throw ClientException.Refused(what, answer.Error, answer.Message);
        }
    }

    private Task<TResponse> AskControllerAsync<TResponse>(IKafkaRequest<TResponse> request, CancellationToken cancellationToken)
        where TResponse : IKafkaResponse<TResponse> => _client.AskControllerAsync(request, cancellationToken);

    // Brokers learn of a change one after the other; whoever made it may count on it.
    private async Task WaitForTopicAsync(string name, bool exists, CancellationToken cancellationToken)
    {
        long began = _client.Options.Time.GetTimestamp();
        for (int attempt = 1; ; attempt++)
        {
            ClusterView view = await _client.RefreshAsync([name], cancellationToken: cancellationToken).ConfigureAwait(false);
            bool isThere = view.Topics.GetValueOrDefault(name) is { Error: KafkaError.None, Partitions.Count: > 0 };
            if (isThere == exists || _client.Options.Time.GetElapsedTime(began).TotalMilliseconds >= TimeoutMs)
            {
                return;
            }

            await _client.Backoff.WaitAsync(attempt, cancellationToken).ConfigureAwait(false);
        }
    }

    private Task<TResponse> WithCoordinatorAsync<TResponse>(
        string group, Func<int, CancellationToken, Task<TResponse>> ask, Func<TResponse, KafkaError> errorOf, CancellationToken cancellationToken) => new GroupCoordinator(_client, group).AskAsync(
        async (coordinator, token) =>
        {
            TResponse answer = await ask(coordinator, token).ConfigureAwait(false);
            KafkaError error = errorOf(answer);
            return error == KafkaError.None ? answer : throw ClientException.Refused($"The request about group '{group}'", error);
        },
        cancellationToken);
}
