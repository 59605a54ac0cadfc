using System.Text;
using Duramen.Coordination.Groups;
using Duramen.Coordination.Groups.Commands;
using Duramen.Coordination.Groups.Replies;
using Duramen.State.Machines;

namespace Duramen.Coordination.Tests.Groups;

public sealed class RebalanceTests
{
    private readonly Coordinator _coordinator = new();

    [Fact]
    public void An_empty_group_waits_for_more_members_and_longer_when_more_come()
    {
        Coordinator coordinator = new(new GroupOptions { InitialRebalanceDelayMs = 3_000 });
        ReplySlot<JoinReply> first = coordinator.Ask(coordinator.NewJoin());
        coordinator.Pass(2_999);
        ReplySlot<JoinReply> second = coordinator.Ask(coordinator.NewJoin());
        coordinator.Pass(3_000);
        Assert.False(first.IsDecided);
        coordinator.Pass(1);
        Assert.Equal((1, 1), (Coordinator.Reply(first).Generation, Coordinator.Reply(second).Generation));
    }

    [Fact]
    public void An_empty_group_waits_no_longer_than_the_rebalance_timeout_whoever_comes()
    {
        Coordinator coordinator = new(new GroupOptions { InitialRebalanceDelayMs = 3_000 });
        ReplySlot<JoinReply> first = coordinator.Ask(coordinator.NewJoin() with { RebalanceTimeoutMs = 10_000 });
        for (int second = 0; second < 9; second++)
        {
            coordinator.Pass(1_000);
            coordinator.Ask(coordinator.NewJoin() with { RebalanceTimeoutMs = 10_000 });
        }

        Assert.False(first.IsDecided);
        coordinator.Pass(1_000);
        Assert.Equal(10, coordinator.Describe().Members.Count);
        Assert.Equal(1, Coordinator.Reply(first).Generation);
    }

    [Fact]
    public void A_group_that_is_not_empty_does_not_wait_once_all_have_joined()
    {
        Coordinator coordinator = new(new GroupOptions { InitialRebalanceDelayMs = 3_000 });
        ReplySlot<JoinReply> first = coordinator.Ask(coordinator.NewJoin());
        coordinator.Pass(3_000);
        ReplySlot<JoinReply> second = coordinator.Ask(coordinator.NewJoin());
        Assert.Equal(2, coordinator.Answer(coordinator.NewJoin(Coordinator.Reply(first).MemberId)).Generation);
        Assert.Equal(2, Coordinator.Reply(second).Generation);
    }

    [Fact]
    public void A_dynamic_member_that_misses_the_rebalance_timeout_is_removed()
    {
        JoinReply[] members = _coordinator.StableGroup(2);
        ReplySlot<JoinReply> leader = _coordinator.Ask(_coordinator.NewJoin(members[0].MemberId));
        for (int ms = 0; ms < Coordinator.RebalanceTimeoutMs; ms += 5_000)
        {
            Assert.False(leader.IsDecided);
            Assert.Equal(GroupError.RebalanceInProgress, _coordinator.Beat(members[1]));
            _coordinator.Pass(5_000);
        }

        Assert.Single(Coordinator.Reply(leader).Members);
        Assert.Equal(GroupError.UnknownMemberId, _coordinator.Beat(members[1]));
    }

    [Fact]
    public void The_longest_rebalance_timeout_of_the_members_counts_and_more_joins_do_not_prolong_it()
    {
        JoinReply[] members = _coordinator.StableGroup(2);
        ReplySlot<JoinReply> newcomer = _coordinator.Ask(_coordinator.NewJoin() with { RebalanceTimeoutMs = 1_000 });
        for (int ms = 0; ms < Coordinator.RebalanceTimeoutMs; ms += 5_000)
        {
            Assert.False(newcomer.IsDecided);
            _coordinator.Ask(_coordinator.NewJoin() with { RebalanceTimeoutMs = 1_000 });
            Assert.Equal(GroupError.RebalanceInProgress, _coordinator.Beat(members[0]));
            _coordinator.Pass(5_000);
        }

        Assert.Equal(GroupError.None, Coordinator.Reply(newcomer).Error);
    }

    [Fact]
    public void A_leader_that_does_not_come_back_is_replaced_by_somebody_who_did()
    {
        JoinReply[] members = _coordinator.StableGroup(3);
        ReplySlot<JoinReply>[] joins = [.. members.Skip(1).Select(member => _coordinator.Ask(_coordinator.NewJoin(member.MemberId, metadata: "new")))];
        _coordinator.Leave(members[0].MemberId);
        JoinReply leader = Assert.Single(joins.Select(Coordinator.Reply), reply => reply.MemberId == reply.LeaderId);
        Assert.Equal(2, leader.Members.Count);
    }

    [Fact]
    public void A_member_whose_session_ends_is_removed_and_the_others_rebalance()
    {
        JoinReply[] members = _coordinator.StableGroup(2);
        _coordinator.Pass(Coordinator.SessionTimeoutMs - 1);
        Assert.Equal(GroupError.None, _coordinator.Beat(members[0]));
        _coordinator.Pass(1);
        Assert.Equal(GroupError.RebalanceInProgress, _coordinator.Beat(members[0]));
        Assert.Equal(GroupError.UnknownMemberId, _coordinator.Beat(members[1]));
        Assert.Equal(members[0].Generation + 1, _coordinator.Answer(_coordinator.NewJoin(members[0].MemberId)).Generation);
    }

    [Fact]
    public void A_member_whose_call_is_parked_is_alive()
    {
        JoinReply[] members = _coordinator.StableGroup(2);
        ReplySlot<JoinReply> parked = _coordinator.Ask(_coordinator.NewJoin(members[0].MemberId));
        for (int ms = 0; ms < 5 * Coordinator.SessionTimeoutMs; ms += 5_000)
        {
            _coordinator.Pass(5_000);
            _coordinator.Beat(members[1]);
        }

        _coordinator.Ask(_coordinator.NewJoin(members[1].MemberId));
        Assert.Equal(GroupError.None, Coordinator.Reply(parked).Error);

        ReplySlot<SyncReply> sync = _coordinator.Ask(_coordinator.NewSync(members[1] with { Generation = members[1].Generation + 1 }));
        for (int ms = 0; ms < 3 * Coordinator.SessionTimeoutMs; ms += 5_000)
        {
            _coordinator.Pass(5_000);
            Assert.Equal(GroupError.None, _coordinator.Beat(Coordinator.Reply(parked)));
        }

        Assert.False(sync.IsDecided);
    }

    [Fact]
    public void When_the_last_member_goes_the_group_is_stored_empty_in_a_new_generation()
    {
        JoinReply[] members = _coordinator.StableGroup(1);
        _coordinator.Leave(members[0].MemberId);
        GroupDescription empty = _coordinator.Describe();
        Assert.Equal((GroupState.Empty, "consumer", ""), (empty.State, empty.ProtocolType, empty.Protocol));
        _coordinator.FailOver();
        Assert.Equal((GroupState.Empty, "consumer"), (_coordinator.Describe().State, _coordinator.Describe().ProtocolType));
        Assert.Equal(3, _coordinator.Answer(_coordinator.NewJoin()).Generation);
    }

    [Fact]
    public void An_empty_group_may_become_one_of_another_kind()
    {
        _coordinator.Leave(_coordinator.StableGroup(1)[0].MemberId);
        Assert.Equal("connect", _coordinator.Answer(_coordinator.NewJoin() with { ProtocolType = "connect" }).ProtocolType);
    }

    [Fact]
    public void Syncs_are_parked_until_the_leader_has_assigned()
    {
        (JoinReply leader, JoinReply follower) = Completing();
        ReplySlot<SyncReply> parked = _coordinator.Ask(_coordinator.NewSync(follower, (follower.MemberId, "its own idea")));
        Assert.False(parked.IsDecided);
        SyncReply own = _coordinator.Answer(_coordinator.NewSync(leader, (leader.MemberId, "A"), (follower.MemberId, "B"), ("stranger", "C")));
        Assert.Equal("A", Encoding.UTF8.GetString(own.Assignment.Span));
        Assert.Equal("B", Encoding.UTF8.GetString(Coordinator.Reply(parked).Assignment.Span));
        Assert.Equal(("consumer", "range"), (own.ProtocolType, own.Protocol));
    }

    [Fact]
    public void A_sync_in_a_stable_group_gets_its_assignment_and_a_member_without_one_an_empty_one()
    {
        (JoinReply leader, JoinReply follower) = Completing();
        _coordinator.Answer(_coordinator.NewSync(leader, (leader.MemberId, "A")));
        SyncReply reply = _coordinator.Answer(_coordinator.NewSync(follower));
        Assert.Equal((GroupError.None, 0), (reply.Error, reply.Assignment.Length));
        Assert.Equal("A", Encoding.UTF8.GetString(_coordinator.Answer(_coordinator.NewSync(leader, (leader.MemberId, "late"))).Assignment.Span));
    }

    [Fact]
    public void A_sync_is_refused_in_the_wrong_state_generation_or_protocol()
    {
        (JoinReply leader, JoinReply follower) = Completing();
        Assert.Equal(GroupError.IllegalGeneration, _coordinator.Answer(_coordinator.NewSync(leader with { Generation = 1 })).Error);
        Assert.Equal(GroupError.InconsistentGroupProtocol, _coordinator.Answer(_coordinator.NewSync(leader) with { ProtocolType = "connect" }).Error);
        Assert.Equal(GroupError.InconsistentGroupProtocol, _coordinator.Answer(_coordinator.NewSync(leader) with { Protocol = "sticky" }).Error);
        Assert.Equal(GroupError.UnknownMemberId, _coordinator.Answer(_coordinator.NewSync(leader) with { MemberId = "stranger" }).Error);
        Assert.Equal(GroupError.UnknownMemberId, _coordinator.Answer(_coordinator.NewSync(leader) with { GroupId = "other" }).Error);
        Assert.Equal(GroupError.InvalidGroupId, _coordinator.Answer(_coordinator.NewSync(leader) with { GroupId = "" }).Error);

        ReplySlot<SyncReply> parked = _coordinator.Ask(_coordinator.NewSync(follower) with { ProtocolType = null, Protocol = null });
        _coordinator.Ask(_coordinator.NewJoin());
        Assert.Equal(GroupError.RebalanceInProgress, Coordinator.Reply(parked).Error);
        Assert.Equal(GroupError.RebalanceInProgress, _coordinator.Answer(_coordinator.NewSync(leader)).Error);
    }

    [Fact]
    public void A_leader_that_never_assigns_is_removed_and_the_others_begin_again()
    {
        (JoinReply leader, JoinReply follower) = Completing();
        ReplySlot<SyncReply> parked = _coordinator.Ask(_coordinator.NewSync(follower));
        for (int ms = 0; ms < Coordinator.RebalanceTimeoutMs; ms += 5_000)
        {
            Assert.False(parked.IsDecided);
            Assert.Equal(GroupError.None, _coordinator.Beat(leader));
            _coordinator.Pass(5_000);
        }

        Assert.Equal(GroupError.RebalanceInProgress, Coordinator.Reply(parked).Error);
        Assert.Equal(GroupError.UnknownMemberId, _coordinator.Beat(leader));
        Assert.Equal(leader.Generation + 1, _coordinator.Answer(_coordinator.NewJoin(follower.MemberId)).Generation);
    }

    [Fact]
    public void A_follower_that_never_asks_for_its_assignment_is_removed()
    {
        (JoinReply leader, JoinReply follower) = Completing();
        _coordinator.Answer(_coordinator.NewSync(leader, (leader.MemberId, "A"), (follower.MemberId, "B")));
        for (int ms = 0; ms < Coordinator.RebalanceTimeoutMs; ms += 5_000)
        {
            Assert.Equal(GroupError.None, _coordinator.Beat(leader));
            Assert.Equal(GroupError.None, _coordinator.Beat(follower));
            _coordinator.Pass(5_000);
        }

        Assert.Equal(GroupError.RebalanceInProgress, _coordinator.Beat(leader));
        Assert.Equal(GroupError.UnknownMemberId, _coordinator.Beat(follower));
    }

    [Fact]
    public void A_member_whose_rebalance_timeout_is_0_has_the_time_to_sync()
    {
        JoinReply only = _coordinator.Answer(_coordinator.NewJoin() with { RebalanceTimeoutMs = 0 });
        _coordinator.Pass(new GroupOptions().MinSessionTimeoutMs - 1);
        Assert.Equal(GroupError.None, _coordinator.Answer(_coordinator.NewSync(only, (only.MemberId, "A"))).Error);
        Assert.Equal(GroupState.Stable, _coordinator.Describe().State);
    }

    [Fact]
    public void A_member_that_leaves_with_a_parked_sync_is_told_so()
    {
        (_, JoinReply follower) = Completing();
        ReplySlot<SyncReply> parked = _coordinator.Ask(_coordinator.NewSync(follower));
        _coordinator.Leave(follower.MemberId);
        Assert.Equal(GroupError.UnknownMemberId, Coordinator.Reply(parked).Error);
    }

    [Fact]
    public void An_assignment_that_no_record_can_hold_fails_those_who_wait_and_the_group_goes_on()
    {
        (JoinReply leader, JoinReply follower) = Completing();
        ReplySlot<SyncReply> parked = _coordinator.Ask(_coordinator.NewSync(follower));
        byte[] large = new byte[GroupLimits.MaxGroupRecordSizeBytes];
        SyncReply refused = _coordinator.Answer(_coordinator.NewSync(leader) with { Assignments = [new MemberAssignment(leader.MemberId, large)] });
        Assert.Equal((GroupError.UnknownServerError, GroupError.UnknownServerError), (refused.Error, Coordinator.Reply(parked).Error));
        Assert.Equal(GroupState.PreparingRebalance, _coordinator.Describe().State);
    }

    [Fact]
    public void A_heartbeat_hears_what_the_state_and_generation_ask_for()
    {
        Assert.Equal(GroupError.UnknownMemberId, _coordinator.Beat("m", 1));
        JoinReply[] members = _coordinator.StableGroup(2);
        Assert.Equal(GroupError.None, _coordinator.Beat(members[1]));
        Assert.Equal(GroupError.IllegalGeneration, _coordinator.Beat(members[1].MemberId, members[1].Generation - 1));
        Assert.Equal(GroupError.UnknownMemberId, _coordinator.Beat("stranger", members[1].Generation));

        _coordinator.Ask(_coordinator.NewJoin(members[0].MemberId));
        Assert.Equal(GroupError.RebalanceInProgress, _coordinator.Beat(members[1]));
        JoinReply joined = _coordinator.Answer(_coordinator.NewJoin(members[1].MemberId));
        Assert.Equal(GroupError.None, _coordinator.Beat(joined));

        _coordinator.Leave(members[0].MemberId);
        _coordinator.Leave(members[1].MemberId);
        Assert.Equal(GroupError.UnknownMemberId, _coordinator.Beat(joined));
    }

    [Fact]
    public void Two_quick_rebalances_as_cooperative_members_make_them_end_stable()
    {
        JoinReply[] members = _coordinator.StableGroup(2, protocols: ["cooperative-sticky"], metadata: "owns 0 1");

        // First the members give up partitions, then they join again to have them given out.
        foreach (string metadata in (string[])["owns 0 1 again", "owns 0"])
        {
            ReplySlot<JoinReply>[] joins = [.. members.Select(member => _coordinator.Ask(_coordinator.NewJoin(member.MemberId, protocols: ["cooperative-sticky"], metadata: metadata)))];
            members = [.. joins.Select(Coordinator.Reply)];
            ReplySlot<SyncReply> follower = _coordinator.Ask(_coordinator.NewSync(members[1]));
            Assert.Equal(GroupError.None, _coordinator.Answer(_coordinator.NewSync(members[0], (members[0].MemberId, "0"), (members[1].MemberId, "1"))).Error);
            Assert.Equal("1", Encoding.UTF8.GetString(Coordinator.Reply(follower).Assignment.Span));
        }

        Assert.Equal(4, members[0].Generation);
        Assert.All(members[0].Members, member => Assert.Equal("owns 0", Encoding.UTF8.GetString(member.Metadata.Span)));
    }

    [Fact]
    public void Who_takes_over_finds_the_last_assigned_generation_with_new_sessions()
    {
        JoinReply[] members = _coordinator.StableGroup(2);
        _coordinator.Pass(Coordinator.SessionTimeoutMs - 1);
        _coordinator.FailOver();
        _coordinator.Pass(Coordinator.SessionTimeoutMs - 1);
        Assert.All(members, member => Assert.Equal(GroupError.None, _coordinator.Beat(member)));
        Assert.Equal("1", Encoding.UTF8.GetString(_coordinator.Answer(_coordinator.NewSync(members[1])).Assignment.Span));

        // A generation that was never assigned is gone, and its members have to join again.
        ReplySlot<JoinReply> lost = _coordinator.Ask(_coordinator.NewJoin(members[0].MemberId));
        JoinReply last = _coordinator.Answer(_coordinator.NewJoin(members[1].MemberId));
        Assert.True(lost.IsDecided);
        _coordinator.FailOver();
        Assert.Equal(GroupError.IllegalGeneration, _coordinator.Beat(last));
        Assert.Equal(GroupError.None, _coordinator.Beat(members[1]));
    }

    private (JoinReply Leader, JoinReply Follower) Completing()
    {
        ReplySlot<JoinReply> first = _coordinator.Ask(_coordinator.NewJoin());
        ReplySlot<JoinReply> second = _coordinator.Ask(_coordinator.NewJoin());
        JoinReply leader = _coordinator.Answer(_coordinator.NewJoin(Coordinator.Reply(first).MemberId));
        Assert.Equal(GroupState.CompletingRebalance, _coordinator.Describe().State);
        return (leader, Coordinator.Reply(second));
    }
}
