using System.Text;
using Duramen.Coordination.Groups;
using Duramen.Coordination.Groups.Commands;
using Duramen.Coordination.Groups.Replies;
using Duramen.State.Machines;

namespace Duramen.Coordination.Tests.Groups;

/// <summary>Members that keep a name over restarts: KIP-345 and KIP-814.</summary>
public sealed class StaticMemberTests
{
    private readonly Coordinator _coordinator = new();

    [Fact]
    public void A_static_member_is_named_after_its_instance_and_joins_at_once()
    {
        JoinReply joined = _coordinator.Answer(_coordinator.NewJoin(instanceId: "one") with { RequiresKnownMemberId = true });
        Assert.Equal(GroupError.None, joined.Error);
        Assert.StartsWith("one-", joined.MemberId, StringComparison.Ordinal);
        Assert.Equal("one", Assert.Single(joined.Members).InstanceId);
    }

    [Fact]
    public void A_follower_that_restarts_unchanged_takes_its_place_and_disturbs_nobody()
    {
        (JoinReply leader, JoinReply follower) = StablePair();
        int records = _coordinator.Records.Count;
        JoinReply back = _coordinator.Answer(_coordinator.NewJoin(instanceId: "two"));

        Assert.Equal((GroupError.None, leader.Generation, leader.MemberId), (back.Error, back.Generation, back.LeaderId));
        Assert.NotEqual(follower.MemberId, back.MemberId);
        Assert.Empty(back.Members);
        Assert.False(back.SkipAssignment);
        Assert.Equal(GroupError.None, _coordinator.Beat(leader, "one"));
        Assert.Equal("B", Text(_coordinator.Answer(_coordinator.NewSync(back) with { InstanceId = "two" })));

        // The new id is stored before it is given out: who takes over knows it.
        Assert.Equal(records + 1, _coordinator.Records.Count);
        _coordinator.FailOver();
        Assert.Equal(GroupError.None, _coordinator.Beat(back, "two"));
        Assert.Equal(GroupError.FencedInstanceId, _coordinator.Beat(follower, "two"));
    }

    [Fact]
    public void A_leader_that_restarts_unchanged_leads_and_is_told_to_assign_nothing()
    {
        (JoinReply leader, _) = StablePair();
        JoinReply back = _coordinator.Answer(_coordinator.NewJoin(instanceId: "one"));
        Assert.True(back.SkipAssignment);
        Assert.Equal((leader.Generation, back.MemberId), (back.Generation, back.LeaderId));
        Assert.Equal(2, back.Members.Count);
        Assert.Equal("A", Text(_coordinator.Answer(_coordinator.NewSync(back) with { InstanceId = "one" })));
    }

    [Fact]
    public void A_leader_that_cannot_skip_the_assignment_is_told_that_its_former_self_leads()
    {
        (JoinReply leader, _) = StablePair();
        JoinReply back = _coordinator.Answer(_coordinator.NewJoin(instanceId: "one") with { CanSkipAssignment = false });
        Assert.False(back.SkipAssignment);
        Assert.Equal(leader.MemberId, back.LeaderId);
        Assert.Empty(back.Members);
    }

    [Fact]
    public void The_former_id_is_fenced_everywhere()
    {
        (_, JoinReply follower) = StablePair();
        _coordinator.Answer(_coordinator.NewJoin(instanceId: "two"));

        Assert.Equal(GroupError.FencedInstanceId, _coordinator.Beat(follower, "two"));
        Assert.Equal(GroupError.FencedInstanceId, _coordinator.Answer(_coordinator.NewJoin(follower.MemberId, "two")).Error);
        Assert.Equal(GroupError.FencedInstanceId, _coordinator.Answer(_coordinator.NewSync(follower) with { InstanceId = "two" }).Error);
        Assert.Equal(GroupError.FencedInstanceId, _coordinator.Commit(follower.MemberId, follower.Generation, instanceId: "two"));
        Assert.Equal(GroupError.FencedInstanceId, Assert.Single(_coordinator.Leave(follower.MemberId, "two").Members).Error);
        Assert.Equal(GroupError.UnknownMemberId, _coordinator.Beat(follower));
    }

    [Fact]
    public void Parked_calls_of_the_former_self_are_fenced()
    {
        (JoinReply leader, _) = StablePair();
        ReplySlot<JoinReply> parkedJoin = _coordinator.Ask(_coordinator.NewJoin(leader.MemberId, "one"));
        ReplySlot<JoinReply> second = _coordinator.Ask(_coordinator.NewJoin(instanceId: "one"));
        Assert.Equal(GroupError.FencedInstanceId, Coordinator.Reply(parkedJoin).Error);
        Assert.False(second.IsDecided);

        JoinReply follower = _coordinator.Answer(_coordinator.NewJoin(instanceId: "two"));
        ReplySlot<SyncReply> parkedSync = _coordinator.Ask(_coordinator.NewSync(follower) with { InstanceId = "two" });
        Assert.False(parkedSync.IsDecided);
        Assert.False(_coordinator.Ask(_coordinator.NewJoin(instanceId: "two")).IsDecided);
        Assert.Equal(GroupError.FencedInstanceId, Coordinator.Reply(parkedSync).Error);
        Assert.Equal(GroupState.PreparingRebalance, _coordinator.Describe().State);
    }

    [Fact]
    public void A_restart_with_other_protocols_starts_a_rebalance()
    {
        (JoinReply leader, _) = StablePair();
        Assert.False(_coordinator.Ask(_coordinator.NewJoin(instanceId: "two", metadata: "new")).IsDecided);
        Assert.Equal(GroupError.RebalanceInProgress, _coordinator.Beat(leader, "one"));
    }

    [Fact]
    public void Of_a_consumer_only_the_topics_count_as_changed()
    {
        byte[] before = Coordinator.Subscription("a", "b");
        byte[] owning = [.. Coordinator.Subscription("b", "a"), 7];
        JoinReply joined = _coordinator.Answer(JoinAs("one", before));
        _coordinator.Answer(_coordinator.NewSync(joined, (joined.MemberId, "A")) with { InstanceId = "one" });

        Assert.Equal(joined.Generation, _coordinator.Answer(JoinAs("one", owning)).Generation);
        Assert.Equal(joined.Generation + 1, _coordinator.Answer(JoinAs("one", Coordinator.Subscription("a", "c"))).Generation);
    }

    [Fact]
    public void A_static_member_that_misses_a_rebalance_stays_until_its_session_ends()
    {
        JoinReply one = _coordinator.Answer(_coordinator.NewJoin(instanceId: "one") with { SessionTimeoutMs = 100_000 });
        _coordinator.Answer(_coordinator.NewSync(one, (one.MemberId, "A")) with { InstanceId = "one" });
        ReplySlot<JoinReply> two = _coordinator.Ask(_coordinator.NewJoin());
        _coordinator.Pass(Coordinator.RebalanceTimeoutMs);

        JoinReply leader = Coordinator.Reply(two);
        Assert.Equal(leader.MemberId, leader.LeaderId);
        Assert.Equal(["one", null], leader.Members.Select(member => member.InstanceId).OrderDescending());
        _coordinator.Answer(_coordinator.NewSync(leader, (one.MemberId, "A"), (leader.MemberId, "B")));

        for (int ms = 0; ms < 35_000; ms += 5_000)
        {
            Assert.Equal(GroupError.None, _coordinator.Beat(leader));
            _coordinator.Pass(5_000);
        }

        Assert.Equal(GroupError.None, _coordinator.Beat(leader));
        Assert.Equal(2, _coordinator.Describe().Members.Count);
        _coordinator.Pass(5_000);
        Assert.Single(_coordinator.Describe().Members);
        Assert.Equal(GroupError.RebalanceInProgress, _coordinator.Beat(leader));
    }

    [Fact]
    public void A_group_of_absent_static_members_waits_for_one_of_them()
    {
        JoinReply one = _coordinator.Answer(_coordinator.NewJoin(instanceId: "one") with { SessionTimeoutMs = 1_000_000 });
        _coordinator.Answer(_coordinator.NewSync(one, (one.MemberId, "A")) with { InstanceId = "one" });
        JoinReply passing = _coordinator.Answer(_coordinator.NewJoin() with { RequiresKnownMemberId = true });
        ReplySlot<JoinReply> newcomer = _coordinator.Ask(_coordinator.NewJoin(passing.MemberId));
        _coordinator.Leave(passing.MemberId);
        Assert.Equal(GroupError.UnknownMemberId, Coordinator.Reply(newcomer).Error);

        _coordinator.Pass(10L * Coordinator.RebalanceTimeoutMs);
        Assert.Equal((GroupState.PreparingRebalance, 1), (_coordinator.Describe().State, _coordinator.Describe().Members.Count));
        Assert.Equal(one.Generation + 1, _coordinator.Answer(_coordinator.NewJoin(instanceId: "one")).Generation);
    }

    [Fact]
    public void The_first_static_member_that_comes_back_waits_for_the_others_no_longer_than_the_rebalance_timeout()
    {
        (JoinReply leader, JoinReply follower) = StablePair(sessionTimeoutMs: 1_000_000);
        JoinReply passing = _coordinator.Answer(_coordinator.NewJoin() with { RequiresKnownMemberId = true });
        _coordinator.Ask(_coordinator.NewJoin(passing.MemberId));
        _coordinator.Leave(passing.MemberId);
        _coordinator.Pass(2L * Coordinator.RebalanceTimeoutMs);

        ReplySlot<JoinReply> back = _coordinator.Ask(_coordinator.NewJoin(follower.MemberId, "two") with { SessionTimeoutMs = 1_000_000 });
        _coordinator.Pass(Coordinator.RebalanceTimeoutMs - 1);
        Assert.False(back.IsDecided);
        _coordinator.Pass(1);
        Assert.Equal((leader.Generation + 1, follower.MemberId, 2), (Coordinator.Reply(back).Generation, Coordinator.Reply(back).LeaderId, Coordinator.Reply(back).Members.Count));
    }

    [Fact]
    public void A_static_member_that_comes_back_to_a_full_group_is_not_one_too_many()
    {
        Coordinator coordinator = new(new GroupOptions { InitialRebalanceDelayMs = 0, MaxSize = 1 });
        JoinReply one = coordinator.Answer(coordinator.NewJoin(instanceId: "one"));
        coordinator.Answer(coordinator.NewSync(one, (one.MemberId, "A")) with { InstanceId = "one" });
        Assert.Equal(GroupError.None, coordinator.Answer(coordinator.NewJoin(instanceId: "one")).Error);
        Assert.Equal(GroupError.GroupMaxSizeReached, coordinator.Answer(coordinator.NewJoin(instanceId: "two")).Error);
    }

    [Fact]
    public void An_administrator_removes_static_members_by_their_instances()
    {
        (JoinReply leader, JoinReply follower) = StablePair();
        LeaveReply left = _coordinator.Answer(new LeaveGroup
        {
            GroupId = Coordinator.Group,
            Members = [new LeavingMember("", "two"), new LeavingMember("", "three"), new LeavingMember("stranger", null)],
        });

        Assert.Equal(
            [new LeftMember("", "two", GroupError.None), new LeftMember("", "three", GroupError.UnknownMemberId), new LeftMember("stranger", null, GroupError.UnknownMemberId)],
            left.Members);
        Assert.Equal(GroupError.RebalanceInProgress, _coordinator.Beat(leader, "one"));
        Assert.Equal(GroupError.UnknownMemberId, _coordinator.Beat(follower, "two"));
    }

    private (JoinReply Leader, JoinReply Follower) StablePair(int sessionTimeoutMs = Coordinator.SessionTimeoutMs)
    {
        JoinReply one = _coordinator.Answer(_coordinator.NewJoin(instanceId: "one") with { SessionTimeoutMs = sessionTimeoutMs });
        ReplySlot<JoinReply> two = _coordinator.Ask(_coordinator.NewJoin(instanceId: "two") with { SessionTimeoutMs = sessionTimeoutMs });
        one = _coordinator.Answer(_coordinator.NewJoin(one.MemberId, "one") with { SessionTimeoutMs = sessionTimeoutMs });
        JoinReply follower = Coordinator.Reply(two);
        ReplySlot<SyncReply> parked = _coordinator.Ask(_coordinator.NewSync(follower) with { InstanceId = "two" });
        _coordinator.Answer(_coordinator.NewSync(one, (one.MemberId, "A"), (follower.MemberId, "B")) with { InstanceId = "one" });
        Assert.Equal("B", Text(Coordinator.Reply(parked)));
        return (one, follower);
    }

    private JoinGroup JoinAs(string instanceId, byte[] metadata) =>
        _coordinator.NewJoin(instanceId: instanceId) with { Protocols = [new GroupProtocol("range", metadata)] };

    private static string Text(SyncReply reply) => Encoding.UTF8.GetString(reply.Assignment.Span);
}
