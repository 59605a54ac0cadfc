using Duramen.Client.Cluster;
using Duramen.Client.Connections;
using Duramen.Client.Offsets;
using Duramen.Client.Producers;
using Duramen.Core.Ids;
using Duramen.Kafka;
using Duramen.Kafka.Messages;

namespace Duramen.Client.Consumers;

/// <summary>
/// A consumer's place in its group (the classic protocol). The reader's own calls take over and hand back partitions and commit, so that nothing is taken away
/// while a record is worked on. An eager member gives everything up, joins and waits; a cooperative one (KIP-429) reads on while it joins, and gives up
/// afterwards what the group gave to others, who get it when this member joins again without it.
/// </summary>
internal sealed class GroupMembership : IAsyncDisposable
{
    private const string ProtocolType = "consumer";
    private const int NoGeneration = -1;

    private readonly KafkaClient _client;
    private readonly ConsumerOptions _options;
    private readonly Fetcher _fetcher;
    private readonly string _group;
    private readonly GroupCoordinator _coordinator;
    private readonly ConnectionLane _lane = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly SemaphoreSlim _committing = new(1);
    private readonly Lock _lock = new();
    private volatile IReadOnlyCollection<string>? _topics;
    private volatile bool _mustJoin;
    private volatile ClientException? _failure;
    private volatile string _memberId = "";
    private volatile int _generation = NoGeneration;
    private readonly Assignor[] _assignors;
    private readonly GroupLeader _leader;
    private volatile bool _isJoining;
    private List<TopicPartition> _owned = [];
    private List<TopicPartition> _last = [];
    private int _lastGeneration = NoGeneration;
    private Task<List<TopicPartition>?>? _joining;
    private long _committedAt;
    private Task _beating = Task.CompletedTask;

    public GroupMembership(KafkaClient client, ConsumerOptions options, Fetcher fetcher)
    {
        _client = client;
        _options = options;
        _fetcher = fetcher;
        _group = options.GroupId!;
        _coordinator = new GroupCoordinator(client, _group);
        _assignors = [.. options.Assignors.Select(Assignor.Find)];
        _leader = new(client, _group, _assignors);
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

        if (_options.IsCooperative && _topics is not null)
        {
            await JoinBesideAsync(cancellationToken).ConfigureAwait(false);
        }
        else if (_mustJoin && _topics is not null)
        {
            await RejoinAsync(cancellationToken).ConfigureAwait(false);
        }

        if (_options.CommitIntervalMs > 0 && _client.Options.Time.GetElapsedTime(_committedAt).TotalMilliseconds >= _options.CommitIntervalMs)
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

            await CommitAsync(done, cancellationToken).ConfigureAwait(false);
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

    private async Task CommitAsync(KeyValuePair<TopicPartition, Offset>[] done, CancellationToken cancellationToken)
    {
        while (done.Length > 0)
        {
            int generation = _generation;
            try
            {
                await _coordinator.AskAsync(
                    async (coordinator, token) =>
                    {
                        await CommittedOffsets.CommitAsync(_client, coordinator, _group, (_memberId, _options.InstanceId, generation), done, token).ConfigureAwait(false);
                        return true;
                    },
                    cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (ClientException error) when (error.Error is KafkaError.RebalanceInProgress or KafkaError.IllegalGeneration && Joining(generation) is { } joining)
            {
                // What a member holds while it joins it may commit again once it has joined. The group is in its next generation before the member hears of it.
                await joining.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                cancellationToken.ThrowIfCancellationRequested();

                // What it gave up meanwhile others read, who may have committed more.
                done = [.. done.Where(offset => _owned.Contains(offset.Key))];
            }
        }
    }

    // What leads from a generation to the next, for a member that holds on to its partitions meanwhile; null when nothing does.
    private Task? Joining(int generation) => !_options.IsCooperative ? null
        : Volatile.Read(ref _joining) is { IsCompleted: false } joining ? joining
        : _generation != NoGeneration && _generation != generation ? Task.CompletedTask
        : null;

    public async Task<Offset?> FindCommittedAsync(TopicPartition partition, CancellationToken cancellationToken)
    {
        Dictionary<TopicPartition, Offset> offsets = await _coordinator.AskAsync(
            (coordinator, token) => CommittedOffsets.FetchAsync(_client, coordinator, _group, [partition], token), cancellationToken).ConfigureAwait(false);
        return offsets.TryGetValue(partition, out Offset offset) ? offset : null;
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await _beating.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_joining is not null)
        {
            await ((Task)_joining).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(_client.Options.RequestTimeoutMs), _client.Options.Time);
        try
        {
            if (_options.CommitIntervalMs > 0)
            {
                await TryCommitAsync(patience.Token).ConfigureAwait(false);
            }

            // One that is still joining is a member as soon as it has an id, and the others would wait for it.
            if (_memberId.Length > 0 && _options.InstanceId is null)
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
        await GiveUpAllAsync(cancellationToken).ConfigureAwait(false);
        List<TopicPartition>? assigned = null;
        while (assigned is null)
        {
            try
            {
                assigned = await JoinUntilDoneAsync([], cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                _mustJoin = true;
                throw;
            }
        }

        await TakeOverAsync(assigned, cancellationToken).ConfigureAwait(false);
    }

    // Takes over what a join brought, and begins another one where that is due; waits for none.
    private async Task JoinBesideAsync(CancellationToken cancellationToken)
    {
        while (_joining is { IsCompleted: true } || (_joining is null && _mustJoin))
        {
            if (_joining is { } joined)
            {
                _joining = null;
                if (!joined.IsCompletedSuccessfully || joined.Result is null)
                {
                    _mustJoin = true;
                }

                if (await joined.ConfigureAwait(false) is { } assigned)
                {
                    await TakeOverAsync(assigned, cancellationToken).ConfigureAwait(false);
                }

                continue;
            }

            if (_generation == NoGeneration)
            {
                await GiveUpAllAsync(cancellationToken).ConfigureAwait(false);
            }

            _joining = JoinUntilDoneAsync(_owned, _closing.Token);
            _ = _joining.ContinueWith(
                static (_, state) => ((WakeUp)state!).Set(), _fetcher.News, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    // Joins until it is done; null when the group went on without this member, which then has to give up what it holds before it joins.
    private async Task<List<TopicPartition>?> JoinUntilDoneAsync(List<TopicPartition> held, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _isJoining = true;
        }

        long began = _client.Options.Time.GetTimestamp();
        try
        {
            for (int attempt = 1; held.Count == 0 || _generation != NoGeneration; attempt++)
            {
                try
                {
                    _mustJoin = false;
                    if (await JoinAsync(held, cancellationToken).ConfigureAwait(false) is { } assigned)
                    {
                        return assigned;
                    }
                }
                catch (ClientException error) when (error.IsRetriable && error.Code != ClientErrors.Unreachable
                    && (error.Code != ClientErrors.BrokerUnreachable || _client.Options.Time.GetElapsedTime(began).TotalMilliseconds < _client.Options.OperationTimeoutMs))
                {
                    _coordinator.Forget(error);
                    await _client.Backoff.WaitAsync(attempt, cancellationToken).ConfigureAwait(false);
                }
            }

            return null;
        }
        finally
        {
            _isJoining = false;
        }
    }

    private async Task TakeOverAsync(List<TopicPartition> assigned, CancellationToken cancellationToken)
    {
        List<TopicPartition> revoked = [.. _owned.Except(assigned)];
        List<TopicPartition> added = [.. assigned.Except(_owned)];
        if (revoked.Count > 0)
        {
            await GiveUpAsync(revoked, cancellationToken).ConfigureAwait(false);
            _mustJoin = true;
        }

        (_owned, _last, _lastGeneration) = (assigned, assigned, _generation);
        if (_beating.IsCompleted)
        {
            _beating = Task.Run(BeatAsync, CancellationToken.None);
        }

        if (_options.Assigned is { } tell && (added.Count > 0 || !_options.IsCooperative))
        {
            await tell(added, cancellationToken).ConfigureAwait(false);
        }

        _fetcher.Assign([.. _owned.Select(static partition => KeyValuePair.Create(partition, ReadPosition.Committed))]);
    }

    private async Task GiveUpAllAsync(CancellationToken cancellationToken)
    {
        if (_owned.Count > 0)
        {
            await GiveUpAsync(_owned, cancellationToken).ConfigureAwait(false);
        }

        _fetcher.Assign([]);
    }

    // Who lost its place may not commit any more, and others may read those partitions already.
    private async Task GiveUpAsync(List<TopicPartition> revoked, CancellationToken cancellationToken)
    {
        if (_generation != NoGeneration && _options.CommitIntervalMs > 0)
        {
            await TryCommitAsync(cancellationToken).ConfigureAwait(false);
        }

        _owned = [.. _owned.Except(revoked)];
        if (_options.Revoked is { } told)
        {
            await told(revoked, cancellationToken).ConfigureAwait(false);
        }

        _fetcher.Assign([.. _owned.Select(static partition => KeyValuePair.Create(partition, ReadPosition.Committed))]);
    }

    // The partitions of this member, or null when it has to begin again.
    private async Task<List<TopicPartition>?> JoinAsync(List<TopicPartition> held, CancellationToken cancellationToken)
    {
        int coordinator = await _coordinator.GetAsync(cancellationToken).ConfigureAwait(false);
        var request = new JoinGroupRequest
        {
            GroupId = _group,
            SessionTimeoutMs = _options.SessionTimeoutMs,
            RebalanceTimeoutMs = _options.RebalanceTimeoutMs,
            MemberId = _memberId,
            GroupInstanceId = _options.InstanceId,
            ProtocolType = ProtocolType,
            Protocols =
            [
                .. _assignors.Select(assignor => new JoinGroupRequest.Protocol
                {
                    Name = assignor.Name,
                    Metadata = GroupProtocol.WriteSubscription(assignor.Kind, _topics!, held, _last, _lastGeneration),
                }),
            ],
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
        _leader.Forget();
        if (joined.Leader == _memberId)
        {
            request.Assignments = await _leader.ShareAsync(joined, cancellationToken).ConfigureAwait(false);
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

    private async Task BeatAsync()
    {
        while (!_closing.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(_options.HeartbeatIntervalMs), _client.Options.Time, _closing.Token).ConfigureAwait(false);
            int generation = _generation;
            if (generation == NoGeneration)
            {
                continue;
            }

            try
            {
                var request = new HeartbeatRequest { GroupId = _group, GenerationId = generation, MemberId = _memberId, GroupInstanceId = _options.InstanceId };
                int coordinator = await _coordinator.GetAsync(_closing.Token).ConfigureAwait(false);
                HeartbeatResponse answer = await _client.AskAsync(coordinator, request, _closing.Token).ConfigureAwait(false);
                if (IsStill(generation))
                {
                    TakeBeat(answer.ErrorCode, generation);
                }

                if (await _leader.HasChangedAsync(_closing.Token).ConfigureAwait(false))
                {
                    _mustJoin = true;
                    _fetcher.News.Set();
                }
            }
            catch (ClientException error)
            {
                // The next beat looks for the coordinator.
                _coordinator.Forget(error);
            }
        }
    }

    private void TakeBeat(KafkaError error, int generation)
    {
        switch (error)
        {
            case KafkaError.None:
                return;
            case KafkaError.RebalanceInProgress:
            case KafkaError.UnknownMemberId:
            case KafkaError.IllegalGeneration:
                Hear(generation, isLost: error != KafkaError.RebalanceInProgress);
                break;
            case KafkaError.FencedInstanceId:
                _failure = ClientException.Refused($"The membership '{_options.InstanceId}' in group '{_group}'", error);
                break;
            default:
                throw ClientException.Refused($"The heartbeat in group '{_group}'", error);
        }

        _fetcher.News.Set();
    }

    // The group rebalances, or does not know the member any more.
    private void Hear(int generation, bool isLost)
    {
        lock (_lock)
        {
            if (!IsStill(generation))
            {
                return;
            }

            if (isLost)
            {
                Lose();
            }

            if (_topics is not null)
            {
                _mustJoin = true;
            }
        }
    }

    // What the group thought of a member that has joined since, or is joining, counts no more: its join says.
    private bool IsStill(int generation) => generation == _generation && !_isJoining;

    private async Task LeaveAsync(CancellationToken cancellationToken)
    {
        int coordinator = await _coordinator.GetAsync(cancellationToken).ConfigureAwait(false);
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
        int generation = _generation;
        try
        {
            await CommitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ClientException error) when (error.Error is KafkaError.RebalanceInProgress or KafkaError.IllegalGeneration or KafkaError.UnknownMemberId)
        {
            Hear(generation, isLost: error.Error != KafkaError.RebalanceInProgress);
        }
    }

    private void Lose()
    {
        _memberId = "";
        _generation = NoGeneration;
    }
}
