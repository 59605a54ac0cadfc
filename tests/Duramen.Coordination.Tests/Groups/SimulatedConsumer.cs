using System.Globalization;
using System.Text;
using Duramen.Coordination.Groups;
using Duramen.Coordination.Groups.Commands;
using Duramen.Coordination.Groups.Replies;
using Duramen.Core.Ids;
using Duramen.Core.Random;
using Duramen.State.Machines;

namespace Duramen.Coordination.Tests.Groups;

/// <summary>
/// A client of a simulated group, as client libraries are written: it joins, syncs, sends heartbeats, commits what it has read, and starts over as the errors say.
/// What it is told goes to the <see cref="GroupOracle"/>.
/// </summary>
internal sealed class SimulatedConsumer(int number, Coordinator coordinator, GroupOracle oracle, Prng prng)
{
    // A session outlives a rebalance: so a static member can miss one and still believe that it reads.
    public const int SessionTimeoutMs = 30_000;
    public const int RebalanceTimeoutMs = 10_000;
    public const int Partitions = 8;

    private const int HeartbeatMs = 3_000;

    // As long as a client waits for the answer to a join before it gives the connection up.
    private const int JoinPatienceMs = RebalanceTimeoutMs + 5_000;

    private readonly bool _learnsIdFirst = prng.NextBool();
    private readonly bool _canSkipAssignment = prng.NextBool();
    private string _memberId = "";
    private string[] _topics = ["t"];
    private ReplySlot<JoinReply>? _joining;
    private ReplySlot<SyncReply>? _syncing;
    private JoinReply? _joined;
    private long _nextMs;
    private long _nextHeartbeatMs;

    /// <summary>The name that it keeps when it is static.</summary>
    public string? InstanceId { get; } = prng.NextBool(0.4) ? $"i{number}" : null;

    /// <summary>Whether the process runs.</summary>
    public bool IsAlive { get; private set; } = true;

    /// <summary>What it may read now; null when it is in no generation.</summary>
    public int[]? Owned { get; private set; }

    /// <summary>The generation in which it reads.</summary>
    public int Generation => _joined!.Generation;

    /// <summary>Whether a call of it is under way.</summary>
    public bool IsWaiting => _joining is not null || _syncing is not null;

    /// <summary>What the oracle knows it by: a static member that comes back is the same.</summary>
    private string Identity => InstanceId ?? _memberId;

    /// <summary>The process ends without a word.</summary>
    public void Crash()
    {
        IsAlive = false;
        Forget();
    }

    /// <summary>The process starts again and knows nothing but its instance id.</summary>
    public void Restart()
    {
        IsAlive = true;
        _memberId = "";
        _nextMs = coordinator.NowMs + prng.NextInt32(2_000);
    }

    /// <summary>The connection is gone, and with it the answer to what was under way.</summary>
    public void Disconnect()
    {
        _joining = null;
        _syncing = null;
    }

    /// <summary>The application closes it.</summary>
    public void Leave()
    {
        coordinator.Leave(_memberId, InstanceId);
        Crash();
    }

    /// <summary>The application wants to read other topics too: it has to join again.</summary>
    public void Resubscribe()
    {
        _topics = [.. _topics, $"t{_topics.Length}"];
        Forget();
    }

    /// <summary>Is slow no longer.</summary>
    public void Hurry() => _nextMs = _joining is null ? Math.Min(_nextMs, coordinator.NowMs) : _nextMs;

    /// <summary>Does what is to be done now.</summary>
    public void Step(bool isSlow)
    {
        if (!IsAlive)
        {
            return;
        }

        if (_joining is not null)
        {
            AwaitJoin(isSlow);
        }
        else if (_syncing is not null)
        {
            AwaitSync();
        }
        else if (coordinator.NowMs >= _nextMs)
        {
            Go(isSlow);
        }
    }

    private void Go(bool isSlow)
    {
        if (_joined is null)
        {
            Join();
        }
        else if (Owned is null)
        {
            Sync();
        }
        else
        {
            Poll(isSlow);
        }
    }

    private void Join()
    {
        _joining = coordinator.Ask(coordinator.NewJoin(_memberId, InstanceId) with
        {
            SessionTimeoutMs = SessionTimeoutMs,
            RebalanceTimeoutMs = RebalanceTimeoutMs,
            RequiresKnownMemberId = _learnsIdFirst,
            CanSkipAssignment = _canSkipAssignment,
            Protocols = [new GroupProtocol("range", Coordinator.Subscription(_topics)), new GroupProtocol("sticky", Coordinator.Subscription(_topics))],
        });
        _nextMs = coordinator.NowMs + JoinPatienceMs;
    }

    private void AwaitJoin(bool isSlow)
    {
        if (!_joining!.TryGetReply(out JoinReply? reply))
        {
            if (coordinator.NowMs >= _nextMs)
            {
                _joining = null;
            }

            return;
        }

        _joining = null;
        if (reply.Error == GroupError.None)
        {
            _memberId = reply.MemberId;
            _joined = reply;
            _nextMs = coordinator.NowMs + (isSlow ? prng.NextInt32(RebalanceTimeoutMs * 2) : prng.NextInt32(200));
        }
        else if (reply.Error == GroupError.MemberIdRequired)
        {
            _memberId = reply.MemberId;
            _nextMs = coordinator.NowMs + prng.NextInt32(isSlow ? 2 * SessionTimeoutMs : 200);
        }
        else
        {
            StartOver(reply.Error);
        }
    }

    private void Sync()
    {
        bool assigns = _joined!.LeaderId == _memberId && !_joined.SkipAssignment;
        (string, string)[] assignments = assigns
            ? [.. _joined.Members.Select((member, index) => (member.MemberId, Share(index, _joined.Members.Count)))]
            : [];
        _syncing = coordinator.Ask(coordinator.NewSync(_joined, assignments) with { InstanceId = InstanceId });
    }

    private void AwaitSync()
    {
        if (!_syncing!.TryGetReply(out SyncReply? reply))
        {
            return;
        }

        _syncing = null;
        if (reply.Error != GroupError.None)
        {
            StartOver(reply.Error);
            return;
        }

        string text = Encoding.UTF8.GetString(reply.Assignment.Span);
        Owned = [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(partition => int.Parse(partition, CultureInfo.InvariantCulture))];
        oracle.Assigned(Generation, Identity, Owned);
        _nextHeartbeatMs = coordinator.NowMs + HeartbeatMs;
        _nextMs = coordinator.NowMs;
    }

    private void Poll(bool isSlow)
    {
        _nextMs = coordinator.NowMs + prng.NextInt32(isSlow ? 2 * SessionTimeoutMs : 1_000);

        // Commits what it has read, not having heard yet whether it still may.
        if (Owned!.Length > 0 && prng.NextBool(0.3))
        {
            Commit(prng.Pick<int>(Owned));
        }

        if (Owned is null || coordinator.NowMs < _nextHeartbeatMs)
        {
            return;
        }

        _nextHeartbeatMs = coordinator.NowMs + HeartbeatMs;
        GroupError beat = coordinator.Beat(_memberId, Generation, InstanceId);
        if (beat != GroupError.None)
        {
            StartOver(beat);
        }
    }

    private void Commit(int partition)
    {
        long offset = oracle.NextOffset();
        GroupError error = Assert.Single(coordinator.Answer(new CommitOffsets
        {
            GroupId = Coordinator.Group,
            MemberId = _memberId,
            InstanceId = InstanceId,
            Generation = Generation,
            Offsets = [new OffsetToCommit("t", partition, new Offset(offset), LeaderEpoch.None, null)],
        }));
        if (error == GroupError.None)
        {
            oracle.Committed(Generation, Identity, partition, offset);
        }
        else
        {
            StartOver(error);
        }
    }

    private void StartOver(GroupError error)
    {
        Forget();
        switch (error)
        {
            case GroupError.RebalanceInProgress:
                break;
            case GroupError.IllegalGeneration when prng.NextBool():
                // Some libraries keep their id, some do not.
                break;
            case GroupError.IllegalGeneration or GroupError.UnknownMemberId:
                _memberId = "";
                break;
            case GroupError.FencedInstanceId:
                IsAlive = false;
                break;
            default:
                Assert.Fail($"A client that keeps the rules was told {error}.");
                break;
        }
    }

    private void Forget()
    {
        Disconnect();
        _joined = null;
        Owned = null;
        _nextMs = coordinator.NowMs + prng.NextInt32(200);
    }

    private static string Share(int index, int count) =>
        string.Join(',', Enumerable.Range(0, Partitions).Where(partition => partition % count == index));
}
