using Duramen.Coordination.Groups.Commands;
using Duramen.Coordination.Groups.Membership;
using Duramen.Coordination.Groups.Replies;
using Duramen.Coordination.Groups.Timers;
using Duramen.State.Machines;

namespace Duramen.Coordination.Groups;

/// <content>What members do once they have joined: ask for their assignment, show that they live, leave.</content>
public sealed partial class GroupMachine
{
    internal void Sync(SyncGroup sync, ReplySlot<SyncReply> caller, Decision decision)
    {
        GroupError error = Check(sync, out Group? group, out Member? member);
        if (error != GroupError.None)
        {
            decision.Reply(caller, SyncReply.Refused(error));
            return;
        }

        // An earlier call that is still parked was given up by its caller, or comes from somebody with the same id.
        AnswerSync(member!, SyncReply.Refused(GroupError.RebalanceInProgress), decision);
        member!.Syncing = caller;
        member.MustSync = false;
        if (group!.State == GroupState.Stable)
        {
            AnswerSync(member, Assigned(group, member), decision);
        }
        else
        {
            ProlongSession(member, decision);
            if (group.LeaderId == member.Id)
            {
                Assign(group, sync.Assignments, decision);
            }
        }

        if (!group.Members.Any(static other => other.MustSync))
        {
            _timers.Disarm(group.SyncDeadline);
        }
    }

    internal GroupError Heartbeat(Heartbeat heartbeat, Decision decision)
    {
        GroupError error = CheckGroupId(heartbeat.GroupId);
        if (error != GroupError.None)
        {
            return error;
        }

        if (Find(heartbeat.GroupId) is not Group group)
        {
            return GroupError.UnknownMemberId;
        }

        error = Identify(group, heartbeat.MemberId, heartbeat.InstanceId, heartbeat.Generation, out Member? member);
        if (error != GroupError.None)
        {
            return error;
        }

        ProlongSession(member!, decision);
        return group.State == GroupState.PreparingRebalance ? GroupError.RebalanceInProgress : GroupError.None;
    }

    internal LeaveReply Leave(LeaveGroup leave, Decision decision)
    {
        GroupError error = CheckGroupId(leave.GroupId);
        if (error != GroupError.None)
        {
            return new LeaveReply(error, []);
        }

        Group? group = Find(leave.GroupId);
        List<LeftMember> left = [];
        bool isMemberGone = false;
        foreach (LeavingMember leaving in leave.Members)
        {
            error = group is null ? GroupError.UnknownMemberId : Leave(group, leaving, ref isMemberGone, decision);
            left.Add(new LeftMember(leaving.MemberId, leaving.InstanceId, error));
        }

        // One rebalance for all who left.
        if (group is not null && left.Any(static member => member.Error == GroupError.None))
        {
            GoOnWithout(group, decision, isMemberGone);
        }

        return new LeaveReply(GroupError.None, left);
    }

    private GroupError Leave(Group group, LeavingMember leaving, ref bool isMemberGone, Decision decision)
    {
        if (leaving.InstanceId is null && group.Pending.TryGetValue(leaving.MemberId, out GroupTimer? reservation))
        {
            _timers.Disarm(reservation);
            Unreserve(group, leaving.MemberId);
            return GroupError.None;
        }

        // An administrator knows a static member by its instance id alone.
        string memberId = leaving.MemberId.Length == 0 && leaving.InstanceId is not null
            ? group.FindStatic(leaving.InstanceId)?.Id ?? ""
            : leaving.MemberId;
        GroupError error = group.Identify(memberId, leaving.InstanceId, out Member? member);
        if (error == GroupError.None)
        {
            Remove(group, member!, GroupError.UnknownMemberId, decision);
            isMemberGone = true;
        }

        return error;
    }

    private GroupError Check(SyncGroup sync, out Group? group, out Member? member)
    {
        group = null;
        member = null;
        GroupError error = CheckGroupId(sync.GroupId);
        if (error != GroupError.None)
        {
            return error;
        }

        group = Find(sync.GroupId);
        if (group is null)
        {
            return GroupError.UnknownMemberId;
        }

        error = Identify(group, sync.MemberId, sync.InstanceId, sync.Generation, out member);
        if (error != GroupError.None)
        {
            return error;
        }

        bool isOtherType = sync.ProtocolType is not null && sync.ProtocolType != group.ProtocolType;
        bool isOtherProtocol = sync.Protocol is not null && sync.Protocol != group.Protocol;
        if (isOtherType || isOtherProtocol)
        {
            return GroupError.InconsistentGroupProtocol;
        }

        return group.State == GroupState.PreparingRebalance ? GroupError.RebalanceInProgress : GroupError.None;
    }

    private static GroupError Identify(Group group, string memberId, string? instanceId, int generation, out Member? member)
    {
        GroupError error = group.Identify(memberId, instanceId, out member);
        return error == GroupError.None && generation != group.Generation ? GroupError.IllegalGeneration : error;
    }

    /// <summary>Gives every member what the leader has for it, and stores it.</summary>
    private void Assign(Group group, IReadOnlyList<MemberAssignment> assignments, Decision decision)
    {
        foreach (Member member in group.Members)
        {
            member.Assignment = default;
        }

        foreach (MemberAssignment assignment in assignments)
        {
            if (group.Find(assignment.MemberId) is Member member)
            {
                member.Assignment = assignment.Assignment.ToArray();
            }
        }

        if (!FitsARecord(group))
        {
            AnswerSyncs(group, SyncReply.Refused(GroupError.UnknownServerError), decision);
            PrepareRebalance(group, decision);
            return;
        }

        group.Enter(GroupState.Stable, decision.NowMs);
        Store(group, decision);
        foreach (Member member in group.Members)
        {
            AnswerSync(member, Assigned(group, member), decision);
        }
    }

    private static SyncReply Assigned(Group group, Member member) => new(GroupError.None, group.ProtocolType, group.Protocol, member.Assignment);
}
