using Duramen.Client.Cluster;
using Duramen.Client.Connections;
using Duramen.Client.Offsets;
using Duramen.Core.Ids;
using Duramen.Kafka;
using Duramen.Kafka.Messages;

namespace Duramen.Client.Consumers;

/// <summary>
/// A consumer's place in its group (the classic protocol). The reader's own calls join, hand back partitions and commit, so that nothing is taken away
/// while a record is worked on; only the heartbeat runs beside it.
/// </summary>
internal sealed class GroupMembership : IAsyncDisposable
{
    private const string ProtocolType = "consumer";
    private const int NoGeneration = -1;

    private readonly KafkaClient _client;
    private readonly ConsumerOptions _options;
    private readonly Fetcher _fetcher;
    private readonly string _group;
    private readonly ConnectionLane _lane = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly SemaphoreSlim _committing = new(1);
    private volatile IReadOnlyCollection<string>? _topics;
    private volatile bool _mustJoin;
    private volatile ClientException? _failure;
    private volatile int _coordinator = -1;
    private volatile string _memberId = "";
    private volatile int _generation = NoGeneration;
    private List<TopicPartition> _owned = [];
    private long _committedAt;
    private Task _beating = Task.CompletedTask;

    public GroupMembership(KafkaClient client, ConsumerOptions options, Fetcher fetcher)
    {
        _client = client;
        _options = options;
        _fetcher = fetcher;
        _group = options.GroupId!;
        _committedAt = client.Options.Time.GetTimestamp();
    }

    public void Subscribe(IReadOnlyCollection<string> topics)
    {
        _topics = [.. topics.Distinct(StringComparer.Ordinal)];
        _mustJoin = true;
        _fetcher.News.Set();
    }

    /// <summary>Does what the group needs before the reader goes on: joins it, or commits when it is time.</summary>
    public async ValueTask PollAsync(CancellationToken cancellationToken)
    {
        if (_failure is { } failure)
        {
            throw failure;
        }

        if (_mustJoin && _topics is not null)
        {
            await RejoinAsync(cancellationToken).ConfigureAwait(false);
        }
        else if (_options.CommitIntervalMs > 0 && _client.Options.Time.GetElapsedTime(_committedAt).TotalMilliseconds >= _options.CommitIntervalMs)
        {
            await TryCommitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Commits what the reader is done with.</summary>
    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        await _committing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _committedAt = _client.Options.Time.GetTimestamp();
            KeyValuePair<TopicPartition, Offset>[] done =
            [
                .. _fetcher.Select(static reader => (reader.Partition, reader.IsResolved, reader.Done, reader.LastCommitted))
                    .Where(static reader => reader.IsResolved && reader.Done != reader.LastCommitted)
                    .Select(static reader => KeyValuePair.Create(reader.Partition, reader.Done)),
            ];
            if (done.Length == 0)
            {
                return;
            }

            await WithCoordinatorAsync(
                async (coordinator, token) =>
                {
                    await CommittedOffsets.CommitAsync(_client, coordinator, _group, (_memberId, _options.InstanceId, _generation), done, token).ConfigureAwait(false);
                    return true;
                },
                cancellationToken).ConfigureAwait(false);
            foreach ((TopicPartition partition, Offset offset) in done)
            {
                _fetcher.TryChange(partition, offset, static (reader, offset) => reader.LastCommitted = offset);
            }
        }
        finally
        {
            _committing.Release();
        }
    }

    public async Task<Offset?> FindCommittedAsync(TopicPartition partition, CancellationToken cancellationToken)
    {
        Dictionary<TopicPartition, Offset> offsets = await WithCoordinatorAsync(
            (coordinator, token) => CommittedOffsets.FetchAsync(_client, coordinator, _group, [partition], token), cancellationToken).ConfigureAwait(false);
        return offsets.TryGetValue(partition, out Offset offset) ? offset : null;
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await _beating.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(_client.Options.RequestTimeoutMs), _client.Options.Time);
        try
        {
            if (_options.CommitIntervalMs > 0)
            {
                await TryCommitAsync(patience.Token).ConfigureAwait(false);
            }

            if (_generation != NoGeneration && _options.InstanceId is null)
            {
                await LeaveAsync(patience.Token).ConfigureAwait(false);
            }
        }
        catch (Exception error) when (error is ClientException or OperationCanceledException)
        {
            // The group notices by itself after the session's time.
        }

        await _client.CloseAsync(_lane).ConfigureAwait(false);
        _closing.Dispose();
        _committing.Dispose();
    }

    private async Task RejoinAsync(CancellationToken cancellationToken)
    {
        if (_owned.Count > 0)
        {
            // Who lost its place may not commit any more, and others may read those partitions already.
            if (_generation != NoGeneration && _options.CommitIntervalMs > 0)
            {
                await TryCommitAsync(cancellationToken).ConfigureAwait(false);
            }

            List<TopicPartition> revoked = _owned;
            _owned = [];
            if (_options.Revoked is { } told)
            {
                await told(revoked, cancellationToken).ConfigureAwait(false);
            }
        }

        _fetcher.Assign([]);
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                _mustJoin = false;
                if (await JoinAsync(cancellationToken).ConfigureAwait(false) is { } assigned)
                {
                    _owned = assigned;
                    break;
                }
            }
            catch (ClientException error) when (error.IsRetriable && error.Code != ClientErrors.Unreachable)
            {
                ForgetCoordinator(error);
                await _client.Backoff.WaitAsync(attempt, cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                _mustJoin = true;
                throw;
            }
        }

        if (_beating.IsCompleted)
        {
            _beating = Task.Run(BeatAsync, CancellationToken.None);
        }

        if (_options.Assigned is { } tell)
        {
            await tell(_owned, cancellationToken).ConfigureAwait(false);
        }

        _fetcher.Assign([.. _owned.Select(static partition => KeyValuePair.Create(partition, ReadPosition.Committed))]);
    }

    // The partitions of this member, or null when it has to begin again.
    private async Task<List<TopicPartition>?> JoinAsync(CancellationToken cancellationToken)
    {
        int coordinator = await GetCoordinatorAsync(cancellationToken).ConfigureAwait(false);
        var request = new JoinGroupRequest
        {
            GroupId = _group,
            SessionTimeoutMs = _options.SessionTimeoutMs,
            RebalanceTimeoutMs = _options.RebalanceTimeoutMs,
            MemberId = _memberId,
            GroupInstanceId = _options.InstanceId,
            ProtocolType = ProtocolType,
            Protocols = [.. Assignor.All.Select(assignor => new JoinGroupRequest.Protocol { Name = assignor.Name, Metadata = GroupProtocol.WriteSubscription(_topics!, []) })],
        };
        JoinGroupResponse joined = await _client.AskAsync(coordinator, request, cancellationToken, _lane, _options.RebalanceTimeoutMs).ConfigureAwait(false);
        switch (joined.ErrorCode)
        {
            case KafkaError.None:
                break;
            case KafkaError.MemberIdRequired:
                _memberId = joined.MemberId;
                return null;
            case KafkaError.UnknownMemberId:
                Lose();
                return null;
            default:
                throw ClientException.Refused($"Joining group '{_group}'", joined.ErrorCode);
        }

        _memberId = joined.MemberId;
        return await SyncAsync(coordinator, joined, cancellationToken).ConfigureAwait(false);
    }

    private async Task<List<TopicPartition>?> SyncAsync(int coordinator, JoinGroupResponse joined, CancellationToken cancellationToken)
    {
        var request = new SyncGroupRequest
        {
            GroupId = _group,
            GenerationId = joined.GenerationId,
            MemberId = _memberId,
            GroupInstanceId = _options.InstanceId,
            ProtocolType = ProtocolType,
            ProtocolName = joined.ProtocolName,
        };
        if (joined.Leader == _memberId && !joined.SkipAssignment)
        {
            Dictionary<string, List<TopicPartition>> assigned = await ShareAsync(joined, cancellationToken).ConfigureAwait(false);
            request.Assignments = [.. assigned.Select(static member => new SyncGroupRequest.MemberAssignment { MemberId = member.Key, Assignment = GroupProtocol.WriteAssignment(member.Value) })];
        }

        SyncGroupResponse synced = await _client.AskAsync(coordinator, request, cancellationToken, _lane, _options.RebalanceTimeoutMs).ConfigureAwait(false);
        switch (synced.ErrorCode)
        {
            case KafkaError.None:
                _generation = joined.GenerationId;
                return GroupProtocol.ReadAssignment(synced.Assignment.Span);
            case KafkaError.RebalanceInProgress:
            case KafkaError.IllegalGeneration:
                return null;
            case KafkaError.UnknownMemberId:
                Lose();
                return null;
            default:
                throw ClientException.Refused($"Joining group '{_group}'", synced.ErrorCode);
        }
    }

    private async Task<Dictionary<string, List<TopicPartition>>> ShareAsync(JoinGroupResponse joined, CancellationToken cancellationToken)
    {
        Dictionary<string, List<string>> topicsOf = joined.Members.ToDictionary(static member => member.MemberId, static member => GroupProtocol.ReadTopics(member.Metadata.Span));
        string[] topics = [.. topicsOf.Values.SelectMany(static names => names).Distinct(StringComparer.Ordinal)];
        ClusterView view = await _client.RefreshAsync(topics, mayCreate: true, cancellationToken: cancellationToken).ConfigureAwait(false);
        Dictionary<string, int> counts = topics.Where(view.Topics.ContainsKey).ToDictionary(static topic => topic, topic => view.Topics[topic].Partitions.Count);
        Assignor assignor = Assignor.All.FirstOrDefault(known => known.Name == joined.ProtocolName)
            ?? throw new ClientException(ClientErrors.BadResponse, $"Group '{_group}' chose the assignor '{joined.ProtocolName}', which this member did not offer.");
        return assignor.Assign(topicsOf, counts);
    }

    private async Task BeatAsync()
    {
        while (!_closing.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(_options.HeartbeatIntervalMs), _client.Options.Time, _closing.Token).ConfigureAwait(false);
            int generation = _generation;
            if (generation == NoGeneration || _coordinator < 0)
            {
                continue;
            }

            try
            {
                var request = new HeartbeatRequest { GroupId = _group, GenerationId = generation, MemberId = _memberId, GroupInstanceId = _options.InstanceId };
                HeartbeatResponse answer = await _client.AskAsync(_coordinator, request, _closing.Token).ConfigureAwait(false);
                if (generation == _generation)
                {
                    TakeBeat(answer.ErrorCode);
                }
            }
            catch (ClientException error)
            {
                ForgetCoordinator(error);
                await TryFindCoordinatorAsync().ConfigureAwait(false);
            }
        }
    }

    private void TakeBeat(KafkaError error)
    {
        switch (error)
        {
            case KafkaError.None:
                return;
            case KafkaError.RebalanceInProgress:
                break;
            case KafkaError.UnknownMemberId:
            case KafkaError.IllegalGeneration:
                Lose();
                break;
            case KafkaError.FencedInstanceId:
                _failure = ClientException.Refused($"The membership '{_options.InstanceId}' in group '{_group}'", error);
                break;
            default:
                throw ClientException.Refused($"The heartbeat in group '{_group}'", error);
        }

        _mustJoin = true;
        _fetcher.News.Set();
    }

    private async Task TryFindCoordinatorAsync()
    {
        try
        {
            await GetCoordinatorAsync(_closing.Token).ConfigureAwait(false);
        }
        catch (ClientException)
        {
            // The next beat tries again.
        }
    }

    private async Task LeaveAsync(CancellationToken cancellationToken)
    {
        int coordinator = await GetCoordinatorAsync(cancellationToken).ConfigureAwait(false);
        await _client.AskAsync<LeaveGroupResponse>(
            coordinator,
            version => version >= 3
                ? new LeaveGroupRequest { GroupId = _group, Members = [new() { MemberId = _memberId }] }
                : new LeaveGroupRequest { GroupId = _group, MemberId = _memberId },
            cancellationToken).ConfigureAwait(false);
    }

    // Commits unless the group says that it is no longer ours to do; then the records are read again by whoever has the partitions.
    private async Task TryCommitAsync(CancellationToken cancellationToken)
    {
        try
        {
            await CommitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ClientException error) when (error.Error is KafkaError.RebalanceInProgress or KafkaError.IllegalGeneration or KafkaError.UnknownMemberId)
        {
            if (error.Error != KafkaError.RebalanceInProgress)
            {
                Lose();
            }

            _mustJoin |= _topics is not null;
        }
    }

    private async Task<T> WithCoordinatorAsync<T>(Func<int, CancellationToken, Task<T>> ask, CancellationToken cancellationToken) => await _client.RetryAsync(
        async token =>
        {
            try
            {
                return await ask(await GetCoordinatorAsync(token).ConfigureAwait(false), token).ConfigureAwait(false);
            }
            catch (ClientException error)
            {
                ForgetCoordinator(error);
                throw;
            }
        },
        cancellationToken).ConfigureAwait(false);

    private async Task<int> GetCoordinatorAsync(CancellationToken cancellationToken)
    {
        int coordinator = _coordinator;
        if (coordinator < 0)
        {
            coordinator = await _client.FindCoordinatorAsync(_group, cancellationToken).ConfigureAwait(false);
            _coordinator = coordinator;
        }

        return coordinator;
    }

    private void ForgetCoordinator(ClientException error)
    {
        if (error.Error is KafkaError.None or KafkaError.NotCoordinator or KafkaError.CoordinatorNotAvailable)
        {
            _coordinator = -1;
        }
    }

    private void Lose()
    {
        _memberId = "";
        _generation = NoGeneration;
    }
}
