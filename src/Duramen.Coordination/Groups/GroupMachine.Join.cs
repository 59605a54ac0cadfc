using Duramen.Coordination.Groups.Commands;
using Duramen.Coordination.Groups.Membership;
using Duramen.Coordination.Groups.Records;
using Duramen.Coordination.Groups.Replies;
using Duramen.Coordination.Groups.Timers;
using Duramen.State.Machines;

namespace Duramen.Coordination.Groups;

/// <content>Who may join a group, and what that starts.</content>
public sealed partial class GroupMachine
{
    internal void Join(JoinGroup join, ReplySlot<JoinReply> caller, Decision decision)
    {
        GroupError error = Check(join);
        if (error == GroupError.None && Find(join.GroupId) is null && join.MemberId.Length > 0)
        {
            error = GroupError.UnknownMemberId;
        }

        if (error != GroupError.None)
        {
            decision.Reply(caller, JoinReply.Refused(error, join.MemberId));
            return;
        }

        if (Find(join.GroupId) is null && !HasRoomForGroup())
        {
            decision.Reply(caller, JoinReply.Refused(GroupError.PolicyViolation, join.MemberId));
            return;
        }

        Group group = Find(join.GroupId) ?? Create(join.GroupId);
        Member? former = join.InstanceId is null ? null : group.FindStatic(join.InstanceId);
        Member? self = join.MemberId.Length > 0 ? group.Find(join.MemberId) : former;
        if (!HasRoomFor(group, self))
        {
            Refuse(group, self, caller, decision);
        }
        else if (!group.Supports(join.ProtocolType, join.Protocols, self))
        {
            decision.Reply(caller, JoinReply.Refused(GroupError.InconsistentGroupProtocol, join.MemberId));
        }
        else if (join.MemberId.Length == 0)
        {
            JoinWithoutId(group, former, join, caller, decision);
        }
        else
        {
            JoinWithId(group, join, caller, decision);
        }
    }

    private GroupError Check(JoinGroup join)
    {
        GroupError error = CheckGroupId(join.GroupId);
        if (error != GroupError.None)
        {
            return error;
        }

        if (join.SessionTimeoutMs < _options.MinSessionTimeoutMs || join.SessionTimeoutMs > _options.MaxSessionTimeoutMs)
        {
            return GroupError.InvalidSessionTimeout;
        }

        if (join.ProtocolType.Length == 0 || join.Protocols.Count == 0)
        {
            return GroupError.InconsistentGroupProtocol;
        }

        long metadataSizeBytes = 0;
        bool isTooLong = GroupLimits.IsTooLong(join.MemberId) || GroupLimits.IsTooLong(join.InstanceId) || GroupLimits.IsTooLong(join.ClientId)
            || GroupLimits.IsTooLong(join.ClientHost) || GroupLimits.IsTooLong(join.ProtocolType);
        foreach (GroupProtocol protocol in join.Protocols)
        {
            metadataSizeBytes += protocol.Metadata.Length;
            isTooLong |= GroupLimits.IsTooLong(protocol.Name);
        }

        return isTooLong || metadataSizeBytes > GroupLimits.MaxGroupRecordSizeBytes ? GroupError.InvalidRequest : GroupError.None;
    }

    /// <summary>While members are gathered those have the places who came first.</summary>
    private bool HasRoomFor(Group group, Member? self) => group.State switch
    {
        GroupState.Empty => true,
        GroupState.PreparingRebalance => self?.Joining is not null || group.JoiningCount < _options.MaxSize,
        _ => self is not null || group.Members.Count < _options.MaxSize,
    };

    private void Refuse(Group group, Member? self, ReplySlot<JoinReply> caller, Decision decision)
    {
        decision.Reply(caller, JoinReply.Refused(GroupError.GroupMaxSizeReached, ""));
        if (self is not null)
        {
            Remove(group, self, GroupError.GroupMaxSizeReached, decision);
            GoOnWithout(group, decision);
        }
    }

    private void JoinWithoutId(Group group, Member? former, JoinGroup join, ReplySlot<JoinReply> caller, Decision decision)
    {
        string memberId = $"{join.InstanceId ?? join.ClientId}-{join.FreshId:D}";
        if (former is not null)
        {
            JoinInPlaceOf(former, group, memberId, join, caller, decision);
        }
        else if (join.InstanceId is null && join.RequiresKnownMemberId)
        {
            bool isReserved = TryReserve(group, memberId, decision.NowMs + join.SessionTimeoutMs);
            decision.Reply(caller, isReserved ? JoinReply.Refused(GroupError.MemberIdRequired, memberId) : JoinReply.Refused(GroupError.GroupMaxSizeReached, ""));
        }
        else
        {
            Admit(group, memberId, join, caller, decision);
        }
    }

    private void JoinWithId(Group group, JoinGroup join, ReplySlot<JoinReply> caller, Decision decision)
    {
        if (join.InstanceId is null && group.Pending.TryGetValue(join.MemberId, out GroupTimer? reservation))
        {
            _timers.Disarm(reservation);
            Unreserve(group, join.MemberId);
            Admit(group, join.MemberId, join, caller, decision);
            return;
        }

        GroupError error = group.Identify(join.MemberId, join.InstanceId, out Member? member);
        if (error != GroupError.None)
        {
            decision.Reply(caller, JoinReply.Refused(error, join.MemberId));
            return;
        }

        bool isUnchanged = member!.Matches(join.Protocols);
        switch (group.State)
        {
            // The reply to its join was lost, or it is a follower that wants to make sure of its generation.
            case GroupState.CompletingRebalance when isUnchanged:
            case GroupState.Stable when isUnchanged && group.LeaderId != member.Id:
                ProlongSession(member, decision);
                decision.Reply(caller, Joined(group, member));
                break;
            default:
                Update(member, join);
                ParkJoin(member, caller, decision);
                GatherMembers(group, decision);
                break;
        }
    }

    private void Admit(Group group, string memberId, JoinGroup join, ReplySlot<JoinReply> caller, Decision decision)
    {
        Member member = Make(group, memberId, join);
        member.IsNew = true;
        group.Add(member, join.ProtocolType);
        group.HasNewcomer |= group.IsStarting;
        ParkJoin(member, caller, decision);
        GatherMembers(group, decision);
    }

    /// <summary>
    /// A static member came back without its id: it gets a new one, and whoever still uses the former is fenced (KIP-345). When the group is stable and
    /// would look the same, nobody else notices.
    /// </summary>
    private void JoinInPlaceOf(Member former, Group group, string memberId, JoinGroup join, ReplySlot<JoinReply> caller, Decision decision)
    {
        string? formerLeaderId = group.LeaderId;
        Member member = Make(group, memberId, join);
        member.Assignment = former.Assignment;
        member.MustSync = former.MustSync;
        group.Replace(former, member);
        Release(former, GroupError.FencedInstanceId, decision);

        if (group.State == GroupState.Stable && LooksTheSame(group, former, member) && FitsARecord(group))
        {
            Store(group, decision);
            ProlongSession(member, decision);

            // A leader that cannot be told to skip the assignment is told that somebody else leads: a stable group would not take a new one.
            bool leads = group.LeaderId == member.Id;
            JoinReply reply = Joined(group, member) with { SkipAssignment = leads && join.CanSkipAssignment };
            decision.Reply(caller, leads && !join.CanSkipAssignment ? reply with { LeaderId = formerLeaderId!, Members = [] } : reply);
            return;
        }

        ParkJoin(member, caller, decision);
        GatherMembers(group, decision);
    }

    /// <summary>Whether an assignment made for the former member is as good for the one in its place.</summary>
    private static bool LooksTheSame(Group group, Member former, Member member)
    {
        if (group.Vote() != group.Protocol)
        {
            return false;
        }

        ReadOnlySpan<byte> before = former.MetadataOf(group.Protocol).Span;
        ReadOnlySpan<byte> now = member.MetadataOf(group.Protocol).Span;

        // What consumers say beside the topics, such as the partitions they own, is always different after a restart.
        SortedSet<string> topicsBefore = new(StringComparer.Ordinal);
        SortedSet<string> topicsNow = new(StringComparer.Ordinal);
        return group.ProtocolType == ConsumerSubscription.ProtocolType
            && ConsumerSubscription.TryReadTopics(before, topicsBefore)
            && ConsumerSubscription.TryReadTopics(now, topicsNow)
            ? topicsBefore.SetEquals(topicsNow)
            : before.SequenceEqual(now);
    }

    private static bool FitsARecord(Group group) => GroupRecords.SizeOf(group.ToStored()) <= GroupLimits.MaxGroupRecordSizeBytes;

    private Member Make(Group group, string memberId, JoinGroup join)
    {
        Member member = new()
        {
            Id = memberId,
            InstanceId = join.InstanceId,
            ClientId = join.ClientId,
            ClientHost = join.ClientHost,
            SessionTimeoutMs = join.SessionTimeoutMs,
            RebalanceTimeoutMs = 0,
            Protocols = [],
        };
        Update(member, join);
        member.Session = new GroupTimer(later => ExpireSession(group, member, later));
        return member;
    }

    private static void Update(Member member, JoinGroup join)
    {
        member.ClientId = join.ClientId;
        member.ClientHost = join.ClientHost;
        member.SessionTimeoutMs = join.SessionTimeoutMs;
        member.RebalanceTimeoutMs = join.RebalanceTimeoutMs < 0 ? join.SessionTimeoutMs : join.RebalanceTimeoutMs;
        member.Protocols = [.. join.Protocols.Select(static protocol => protocol with { Metadata = protocol.Metadata.ToArray() })];
    }

    /// <summary>Keeps a join for later. One that was kept before was given up by its caller, or comes from somebody with the same id: it has to try again.</summary>
    private void ParkJoin(Member member, ReplySlot<JoinReply> caller, Decision decision)
    {
        if (member.Joining is ReplySlot<JoinReply> earlier)
        {
            decision.Reply(earlier, JoinReply.Refused(GroupError.RebalanceInProgress, member.Id));
        }

        member.Joining = caller;
        ProlongSession(member, decision);
    }

    private bool TryReserve(Group group, string memberId, long untilMs)
    {
        if (_reservedIdsSizeBytes + ReservedSizeBytes(memberId) > GroupLimits.MaxReservedIdsSizeBytes)
        {
            return false;
        }

        GroupTimer reservation = new(later => EndReservation(group, memberId, later));
        group.AddPending(memberId, reservation);
        _timers.Arm(reservation, untilMs);
        _reservedIdsSizeBytes += ReservedSizeBytes(memberId);
        return true;
    }

    private void Unreserve(Group group, string memberId)
    {
        group.RemovePending(memberId);
        _reservedIdsSizeBytes -= ReservedSizeBytes(memberId);
    }

    private static int ReservedSizeBytes(string memberId) => (memberId.Length * sizeof(char)) + GroupLimits.ReservedIdSizeBytes;

    private void EndReservation(Group group, string memberId, Decision decision)
    {
        Unreserve(group, memberId);
        GoOnWithout(group, decision, isMember: false);
    }

    private static JoinReply Joined(Group group, Member member) => new()
    {
        Error = GroupError.None,
        MemberId = member.Id,
        Generation = group.Generation,
        ProtocolType = group.ProtocolType,
        Protocol = group.Protocol,
        LeaderId = group.LeaderId!,
        Members = group.LeaderId == member.Id
            ? [.. group.Members.Select(other => new JoinedMember(other.Id, other.InstanceId, other.MetadataOf(group.Protocol)))]
            : [],
    };
}
