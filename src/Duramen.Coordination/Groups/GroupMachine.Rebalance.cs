using Duramen.Coordination.Groups.Membership;
using Duramen.Coordination.Groups.Replies;
using Duramen.State.Machines;

namespace Duramen.Coordination.Groups;

/// <content>From one generation to the next: members are gathered, the generation begins, its assignment is waited for.</content>
public sealed partial class GroupMachine
{
    /// <summary>Has the members join, or looks whether the one that just joined was the last.</summary>
    private void GatherMembers(Group group, Decision decision)
    {
        if (group.State != GroupState.PreparingRebalance)
        {
            PrepareRebalance(group, decision);
            return;
        }

        if (!group.JoinDeadline.IsArmed)
        {
            _timers.Arm(group.JoinDeadline, decision.NowMs + group.RebalanceTimeoutMs);
        }

        BeginGenerationIfAllJoined(group, decision);
    }

    /// <summary>A member or one who was to become one is gone; those who stay go on.</summary>
    private void GoOnWithout(Group group, Decision decision, bool isMember = true)
    {
        switch (group.State)
        {
            case GroupState.PreparingRebalance:
                BeginGenerationIfAllJoined(group, decision);
                break;
            case GroupState.CompletingRebalance or GroupState.Stable when isMember:
                PrepareRebalance(group, decision);
                break;
        }
    }

    private void PrepareRebalance(Group group, Decision decision)
    {
        AnswerSyncs(group, SyncReply.Refused(GroupError.RebalanceInProgress), decision);
        _timers.Disarm(group.SyncDeadline);
        group.IsStarting = group.State == GroupState.Empty;
        group.HasNewcomer = false;
        group.Enter(GroupState.PreparingRebalance, decision.NowMs);

        long waitMs = group.RebalanceTimeoutMs;
        if (group.IsStarting)
        {
            group.StartingMsLeft = Math.Max(waitMs - _options.InitialRebalanceDelayMs, 0);
            waitMs = _options.InitialRebalanceDelayMs;
        }

        _timers.Arm(group.JoinDeadline, decision.NowMs + waitMs);
        if (waitMs == 0)
        {
            EndJoinPhase(group, decision);
        }
        else
        {
            BeginGenerationIfAllJoined(group, decision);
        }
    }

    /// <summary>A group that starts waits on: that all are there who came so far says nothing.</summary>
    private void BeginGenerationIfAllJoined(Group group, Decision decision)
    {
        if (!group.IsStarting && group.HaveAllJoined)
        {
            BeginGeneration(group, decision);
        }
    }

    /// <summary>The time to join is over: dynamic members that did not are out. Static ones stay as long as their session does.</summary>
    private void EndJoinPhase(Group group, Decision decision)
    {
        if (group.IsStarting && group.HasNewcomer && group.StartingMsLeft > 0)
        {
            long waitMs = Math.Min(_options.InitialRebalanceDelayMs, group.StartingMsLeft);
            group.StartingMsLeft -= waitMs;
            group.HasNewcomer = false;
            _timers.Arm(group.JoinDeadline, decision.NowMs + waitMs);
            return;
        }

        Member[] absent = [.. group.Members.Where(static member => member.Joining is null && member.InstanceId is null)];
        foreach (Member member in absent)
        {
            Remove(group, member, GroupError.UnknownMemberId, decision);
        }

        if (group.Members.Count > 0 && group.JoiningCount == 0)
        {
            // Only static members are left, and none of them is here: the group waits for the first to come, or for the end of their sessions.
            group.IsStarting = false;
            return;
        }

        BeginGeneration(group, decision);
    }

    private void BeginGeneration(Group group, Decision decision)
    {
        _timers.Disarm(group.JoinDeadline);
        group.IsStarting = false;
        group.TryElectLeader();
        group.BeginGeneration(decision.NowMs);
        if (group.State == GroupState.Empty)
        {
            Store(group, decision);
            return;
        }

        foreach (Member member in group.Members)
        {
            member.Assignment = default;
            member.MustSync = member.Joining is not null;
            if (member.Joining is ReplySlot<JoinReply> caller)
            {
                member.Joining = null;
                member.IsNew = false;
                decision.Reply(caller, Joined(group, member));
                ProlongSession(member, decision);
            }
        }

        // A client that leaves the rebalance timeout at 0 still has to hear of its generation before it can ask for its assignment.
        _timers.Arm(group.SyncDeadline, decision.NowMs + Math.Max(group.RebalanceTimeoutMs, _options.MinSessionTimeoutMs));
    }

    /// <summary>The time to ask for assignments is over: who did not is out, and the others begin again.</summary>
    private void EndSyncPhase(Group group, Decision decision)
    {
        Member[] absent = [.. group.Members.Where(static member => member.MustSync)];
        foreach (Member member in absent)
        {
            Remove(group, member, GroupError.UnknownMemberId, decision);
        }

        PrepareRebalance(group, decision);
    }

    private void AnswerSyncs(Group group, SyncReply refusal, Decision decision)
    {
        foreach (Member member in group.Members)
        {
            AnswerSync(member, refusal, decision);
        }
    }

    private void AnswerSync(Member member, SyncReply reply, Decision decision)
    {
        if (member.Syncing is ReplySlot<SyncReply> caller)
        {
            member.Syncing = null;
            decision.Reply(caller, reply);
            ProlongSession(member, decision);
        }
    }

    private void Remove(Group group, Member member, GroupError error, Decision decision)
    {
        group.Remove(member);
        Release(member, error, decision);
    }

    /// <summary>Lets go of somebody who is no longer a member: nothing of it is parked or timed after this.</summary>
    private void Release(Member member, GroupError error, Decision decision)
    {
        if (member.Joining is ReplySlot<JoinReply> joining)
        {
            member.Joining = null;
            decision.Reply(joining, JoinReply.Refused(error, member.Id));
        }

        AnswerSync(member, SyncReply.Refused(error), decision);
        _timers.Disarm(member.Session!);
    }
}
