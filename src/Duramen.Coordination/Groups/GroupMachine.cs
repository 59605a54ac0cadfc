using System.Diagnostics.CodeAnalysis;
using Duramen.Coordination.Groups.Membership;
using Duramen.Coordination.Groups.Records;
using Duramen.Coordination.Groups.Timers;
using Duramen.Core.Errors;
using Duramen.Records.Batches;
using Duramen.State.Machines;

namespace Duramen.Coordination.Groups;

/// <summary>
/// Consumer groups and their offsets: the coordinator's side of Kafka's classic group protocol, for those groups whose records are in one log. What it is asked
/// is in <see cref="Commands"/>.
/// <para>
/// Stored, and changed by <see cref="Apply"/> alone: offsets, and of each group the last generation that was assigned. Kept in memory: the members of a
/// generation that is being gathered, parked calls, sessions and deadlines. A host that ends takes those with it: its successor finds the members
/// of the last stored generation, gives each a new session, and has the others join again.
/// </para>
/// It keeps no keyframes: its log is compacted, so that a replay is as long as the state is large, and a keyframe could bring back what was removed since (<see cref="IKeptMachine"/>).
/// The host ticks once before the first command. Metadata and assignments are opaque, but for the topics of consumers.
/// </summary>
public sealed partial class GroupMachine : IMachine
{
    private readonly GroupOptions _options;
    private readonly GroupTable _table = new();
    private readonly SortedDictionary<string, Group> _groups = new(StringComparer.Ordinal);
    private readonly TimerQueue _timers = new();
    private readonly GroupTimer _expiryCheck;
    private bool _hasBegun;
    private long _reservedIdsSizeBytes;

    /// <summary>Makes a machine without groups.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option makes no sense.</exception>
    public GroupMachine(GroupOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        _options = options;
        _expiryCheck = new GroupTimer(CheckExpiry);
    }

    /// <inheritdoc/>
    public long? NextDeadlineMs => _hasBegun ? _timers.NextDeadlineMs : 0;

    /// <inheritdoc/>
    public void Apply(RecordView record) => _table.Apply(record.Key.Span, record.Value);

    /// <inheritdoc/>
    public void Tick(Decision decision)
    {
        ArgumentNullException.ThrowIfNull(decision);
        if (!_hasBegun)
        {
            Begin(decision);
        }

        for (int i = 0; i < GroupLimits.MaxDeadlinesPerTick && _timers.TryTakeDue(decision.NowMs, out GroupTimer? timer); i++)
        {
            timer.Fire(decision);
        }
    }

    /// <summary>Takes over the groups of the log: whoever had them before is gone, and with it what was not stored.</summary>
    private void Begin(Decision decision)
    {
        _hasBegun = true;
        _timers.Arm(_expiryCheck, decision.NowMs + _options.ExpiryCheckIntervalMs);
        foreach (string groupId in _table.GroupIds)
        {
            Group group = Create(groupId);
            if (_table.Find(groupId) is not StoredGroup stored)
            {
                continue;
            }

            group.Restore(stored);
            foreach (Member member in group.Members)
            {
                member.Session = new GroupTimer(later => ExpireSession(group, member, later));
                ProlongSession(member, decision);
            }

            if (group.Members.Count > _options.MaxSize)
            {
                PrepareRebalance(group, decision);
            }
        }
    }

    private Group? Find(string groupId)
    {
        Invariant.Holds(_hasBegun);
        return _groups.GetValueOrDefault(groupId);
    }

    private bool HasRoomForGroup() => _groups.Count < _options.MaxGroups;

    private Group Create(string groupId)
    {
        Group? created = null;
        var group = new Group(groupId)
        {
            JoinDeadline = new GroupTimer(decision => EndJoinPhase(created!, decision)),
            SyncDeadline = new GroupTimer(decision => EndSyncPhase(created!, decision)),
        };
        created = group;
        _groups.Add(groupId, group);
        return group;
    }

    /// <summary>Forgets a group that has no members and whose records are gone or about to be.</summary>
    private void Forget(Group group)
    {
        Invariant.Holds(group.State == GroupState.Empty);
        foreach ((string memberId, GroupTimer reservation) in group.Pending)
        {
            _timers.Disarm(reservation);
            _reservedIdsSizeBytes -= ReservedSizeBytes(memberId);
        }

        _groups.Remove(group.Id);
    }

    /// <summary>
    /// Counts a sign of life: from now on the member may be silent for its session timeout. While a call of it is parked it cannot say anything, and
    /// need not; the deadlines of the rebalance bound that.
    /// </summary>
    private void ProlongSession(Member member, Decision decision)
    {
        if (member.Joining is not null && member.IsNew)
        {
            _timers.Arm(member.Session!, decision.NowMs + GroupLimits.NewMemberJoinTimeoutMs);
        }
        else if (member.Joining is not null || member.Syncing is not null)
        {
            _timers.Disarm(member.Session!);
        }
        else
        {
            _timers.Arm(member.Session!, decision.NowMs + member.SessionTimeoutMs);
        }
    }

    private void ExpireSession(Group group, Member member, Decision decision)
    {
        Remove(group, member, GroupError.UnknownMemberId, decision);
        GoOnWithout(group, decision);
    }

    private static void Store(Group group, Decision decision) =>
        decision.Append(GroupRecords.GroupKey(group.Id), GroupRecords.GroupValue(group.ToStored()));

    private static GroupError CheckGroupId([NotNull] string? groupId, bool mayBeEmpty = false)
    {
        ArgumentNullException.ThrowIfNull(groupId);
        return (groupId.Length == 0 && !mayBeEmpty) || GroupLimits.IsTooLong(groupId) ? GroupError.InvalidGroupId : GroupError.None;
    }
}
