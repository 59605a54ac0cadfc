using Duramen.Coordination.Groups;
using Duramen.Coordination.Groups.Commands;
using Duramen.Coordination.Groups.Replies;
using Duramen.Core.Ids;
using Duramen.State.Machines;

namespace Duramen.Coordination.Tests.Groups;

public sealed class JoinTests
{
    private readonly Coordinator _coordinator = new();

    [Fact]
    public void A_new_dynamic_member_is_first_told_its_id_and_then_joins_with_it()
    {
        JoinReply first = _coordinator.Answer(_coordinator.NewJoin(client: "app") with { RequiresKnownMemberId = true });
        Assert.Equal(GroupError.MemberIdRequired, first.Error);
        Assert.StartsWith("app-", first.MemberId, StringComparison.Ordinal);
        Assert.Equal(GroupState.Empty, _coordinator.Describe().State);

        JoinReply second = _coordinator.Answer(_coordinator.NewJoin(first.MemberId) with { RequiresKnownMemberId = true });
        Assert.Equal(GroupError.None, second.Error);
        Assert.Equal(first.MemberId, second.MemberId);
        Assert.Equal(1, second.Generation);
    }

    [Fact]
    public void An_old_client_joins_at_once_and_has_the_session_timeout_to_rejoin()
    {
        JoinReply[] members = _coordinator.StableGroup(1);
        ReplySlot<JoinReply> newcomer = _coordinator.Ask(_coordinator.NewJoin() with { RebalanceTimeoutMs = -1 });
        Assert.False(newcomer.IsDecided);

        JoinReply rejoined = Coordinator.Reply(_coordinator.Ask(_coordinator.NewJoin(members[0].MemberId) with { RebalanceTimeoutMs = -1 }));
        Assert.Equal(2, rejoined.Generation);

        // Now nobody wants more than the session timeout: a third joins, and the two keep their sessions without rejoining.
        ReplySlot<JoinReply> third = _coordinator.Ask(_coordinator.NewJoin() with { RebalanceTimeoutMs = -1 });
        _coordinator.Pass(Coordinator.SessionTimeoutMs - 1);
        _coordinator.Beat(rejoined);
        Assert.False(third.IsDecided);
        _coordinator.Pass(1);
        Assert.Equal(GroupError.None, Coordinator.Reply(third).Error);
    }

    [Fact]
    public void An_id_that_was_given_and_is_not_used_expires_after_the_session_timeout()
    {
        JoinReply first = _coordinator.Answer(_coordinator.NewJoin() with { RequiresKnownMemberId = true });
        _coordinator.Pass(Coordinator.SessionTimeoutMs - 1);
        JoinReply other = _coordinator.Answer(_coordinator.NewJoin() with { RequiresKnownMemberId = true });
        _coordinator.Pass(1);

        Assert.Equal(GroupError.UnknownMemberId, _coordinator.Answer(_coordinator.NewJoin(first.MemberId)).Error);
        Assert.Equal(GroupError.None, _coordinator.Answer(_coordinator.NewJoin(other.MemberId)).Error);
    }

    [Fact]
    public void A_generation_waits_for_those_who_were_given_an_id()
    {
        JoinReply[] members = _coordinator.StableGroup(1);
        JoinReply pending = _coordinator.Answer(_coordinator.NewJoin() with { RequiresKnownMemberId = true });
        ReplySlot<JoinReply> leader = _coordinator.Ask(_coordinator.NewJoin(members[0].MemberId));
        Assert.False(leader.IsDecided);

        Assert.Equal(GroupError.None, _coordinator.Answer(_coordinator.NewJoin(pending.MemberId)).Error);
        Assert.Equal(2, Coordinator.Reply(leader).Members.Count);
    }

    [Fact]
    public void A_generation_begins_when_the_last_given_id_expires_or_leaves()
    {
        JoinReply[] members = _coordinator.StableGroup(1);
        JoinReply expiring = _coordinator.Answer(_coordinator.NewJoin() with { RequiresKnownMemberId = true });
        ReplySlot<JoinReply> leader = _coordinator.Ask(_coordinator.NewJoin(members[0].MemberId));
        _coordinator.Pass(Coordinator.SessionTimeoutMs);
        Assert.Equal(2, Coordinator.Reply(leader).Generation);

        JoinReply leaving = _coordinator.Answer(_coordinator.NewJoin() with { RequiresKnownMemberId = true });
        leader = _coordinator.Ask(_coordinator.NewJoin(members[0].MemberId, metadata: "new"));
        Assert.False(leader.IsDecided);
        Assert.Equal(GroupError.None, Assert.Single(_coordinator.Leave(leaving.MemberId).Members).Error);
        Assert.Equal(3, Coordinator.Reply(leader).Generation);
        Assert.Equal(GroupError.UnknownMemberId, Assert.Single(_coordinator.Leave(expiring.MemberId).Members).Error);
    }

    [Fact]
    public void Only_the_leader_is_told_who_the_members_are()
    {
        JoinReply[] members = _coordinator.StableGroup(3);
        Assert.Equal(members.Select(member => member.MemberId).Order(StringComparer.Ordinal), members[0].Members.Select(member => member.MemberId));
        Assert.All(members.Skip(1), member => Assert.Empty(member.Members));
        Assert.All(members, member => Assert.Equal(members[0].MemberId, member.LeaderId));
    }

    [Fact]
    public void The_protocol_that_most_like_best_of_those_that_all_know_is_chosen()
    {
        ReplySlot<JoinReply> first = _coordinator.Ask(_coordinator.NewJoin(protocols: ["a", "b", "c"]));
        ReplySlot<JoinReply> second = _coordinator.Ask(_coordinator.NewJoin(protocols: ["c", "b"]));
        ReplySlot<JoinReply> third = _coordinator.Ask(_coordinator.NewJoin(protocols: ["d", "c", "b"]));
        JoinReply again = _coordinator.Answer(_coordinator.NewJoin(Coordinator.Reply(first).MemberId, protocols: ["a", "b", "c"]));

        Assert.Equal("c", again.Protocol);
        Assert.Equal("c", Coordinator.Reply(second).Protocol);
        Assert.Equal("c", Coordinator.Reply(third).Protocol);
    }

    [Fact]
    public void Between_protocols_with_equal_votes_the_leader_decides()
    {
        ReplySlot<JoinReply> first = _coordinator.Ask(_coordinator.NewJoin(protocols: ["b", "a"]));
        ReplySlot<JoinReply> second = _coordinator.Ask(_coordinator.NewJoin(protocols: ["a", "b"]));
        JoinReply leader = _coordinator.Answer(_coordinator.NewJoin(Coordinator.Reply(first).MemberId, protocols: ["b", "a"]));
        Assert.Equal(leader.MemberId, leader.LeaderId);
        Assert.Equal("b", Coordinator.Reply(second).Protocol);
    }

    [Fact]
    public void Who_knows_no_protocol_of_the_others_is_refused()
    {
        JoinReply[] members = _coordinator.StableGroup(2, protocols: ["range", "sticky"]);
        Assert.Equal(GroupError.InconsistentGroupProtocol, _coordinator.Answer(_coordinator.NewJoin(protocols: ["x"])).Error);
        Assert.Equal(GroupError.InconsistentGroupProtocol, _coordinator.Answer(_coordinator.NewJoin(members[1].MemberId, protocols: ["x"])).Error);
        Assert.Equal(GroupError.InconsistentGroupProtocol, _coordinator.Answer(_coordinator.NewJoin() with { ProtocolType = "connect" }).Error);
        Assert.Equal(GroupState.Stable, _coordinator.Describe().State);
    }

    [Fact]
    public void A_join_without_protocol_or_type_is_refused_and_makes_no_group()
    {
        Assert.Equal(GroupError.InconsistentGroupProtocol, _coordinator.Answer(_coordinator.NewJoin(protocols: [])).Error);
        Assert.Equal(GroupError.InconsistentGroupProtocol, _coordinator.Answer(_coordinator.NewJoin() with { ProtocolType = "" }).Error);
        Assert.Equal(GroupState.Dead, _coordinator.Describe().State);
    }

    [Fact]
    public void The_only_member_may_change_its_protocols()
    {
        JoinReply[] members = _coordinator.StableGroup(1, protocols: ["eager"]);
        Assert.Equal("cooperative", _coordinator.Answer(_coordinator.NewJoin(members[0].MemberId, protocols: ["cooperative"])).Protocol);
    }

    [Fact]
    public void A_follower_that_joins_again_unchanged_hears_of_its_generation_and_disturbs_nobody()
    {
        JoinReply[] members = _coordinator.StableGroup(2);
        JoinReply again = _coordinator.Answer(_coordinator.NewJoin(members[1].MemberId));
        Assert.Equal((GroupError.None, members[0].Generation), (again.Error, again.Generation));
        Assert.Empty(again.Members);
        Assert.Equal(GroupState.Stable, _coordinator.Describe().State);
    }

    [Theory]
    [InlineData(0, "m")]
    [InlineData(1, "new")]
    public void A_leader_that_joins_again_or_new_metadata_starts_a_rebalance(int member, string metadata)
    {
        JoinReply[] members = _coordinator.StableGroup(2);
        ReplySlot<JoinReply> again = _coordinator.Ask(_coordinator.NewJoin(members[member].MemberId, metadata: metadata));
        Assert.False(again.IsDecided);
        Assert.Equal(GroupError.RebalanceInProgress, _coordinator.Beat(members[1 - member]));
    }

    [Fact]
    public void A_join_that_is_repeated_while_the_assignment_is_awaited_gets_the_same_answer()
    {
        JoinReply[] members = _coordinator.StableGroup(2);
        ReplySlot<JoinReply> leader = _coordinator.Ask(_coordinator.NewJoin(members[0].MemberId));
        ReplySlot<JoinReply> follower = _coordinator.Ask(_coordinator.NewJoin(members[1].MemberId));
        Assert.Equal(GroupState.CompletingRebalance, _coordinator.Describe().State);

        JoinReply leaderAgain = _coordinator.Answer(_coordinator.NewJoin(members[0].MemberId));
        JoinReply followerAgain = _coordinator.Answer(_coordinator.NewJoin(members[1].MemberId));
        Assert.Equal(Coordinator.Reply(leader).Generation, leaderAgain.Generation);
        Assert.Equal(2, leaderAgain.Members.Count);
        Assert.Equal(Coordinator.Reply(follower) with { Members = [] }, followerAgain with { Members = [] });

        Assert.False(_coordinator.Ask(_coordinator.NewJoin(members[1].MemberId, metadata: "new")).IsDecided);
        Assert.Equal(GroupState.PreparingRebalance, _coordinator.Describe().State);
    }

    [Fact]
    public void A_join_that_is_repeated_while_it_is_parked_replaces_the_first()
    {
        JoinReply[] members = _coordinator.StableGroup(2);
        ReplySlot<JoinReply> first = _coordinator.Ask(_coordinator.NewJoin(members[0].MemberId));
        ReplySlot<JoinReply> second = _coordinator.Ask(_coordinator.NewJoin(members[0].MemberId));
        Assert.Equal(GroupError.RebalanceInProgress, Coordinator.Reply(first).Error);
        Assert.False(second.IsDecided);
    }

    [Fact]
    public void An_id_that_nobody_was_given_is_unknown()
    {
        Assert.Equal(GroupError.UnknownMemberId, _coordinator.Answer(_coordinator.NewJoin("stranger")).Error);
        _coordinator.StableGroup(1);
        Assert.Equal(GroupError.UnknownMemberId, _coordinator.Answer(_coordinator.NewJoin("stranger")).Error);
        Assert.Equal(GroupError.UnknownMemberId, _coordinator.Answer(_coordinator.NewJoin("stranger", instanceId: "i")).Error);
    }

    [Theory]
    [InlineData(5_999)]
    [InlineData(1_800_001)]
    [InlineData(-1)]
    public void A_session_timeout_outside_the_bounds_is_refused(int sessionTimeoutMs) => Assert.Equal(
        GroupError.InvalidSessionTimeout,
        _coordinator.Answer(_coordinator.NewJoin() with { SessionTimeoutMs = sessionTimeoutMs }).Error);

    [Fact]
    public void A_name_that_is_empty_or_does_not_fit_a_record_is_refused()
    {
        string tooLong = new('x', GroupLimits.MaxIdSizeBytes + 1);
        string wide = new('\u20ac', (GroupLimits.MaxIdSizeBytes / 3) + 1);
        Assert.Equal(GroupError.InvalidGroupId, _coordinator.Answer(_coordinator.NewJoin() with { GroupId = "" }).Error);
        Assert.Equal(GroupError.InvalidGroupId, _coordinator.Answer(_coordinator.NewJoin() with { GroupId = tooLong }).Error);
        Assert.Equal(GroupError.InvalidGroupId, _coordinator.Answer(_coordinator.NewJoin() with { GroupId = wide }).Error);
        Assert.Equal(GroupError.InvalidRequest, _coordinator.Answer(_coordinator.NewJoin(tooLong)).Error);
        Assert.Equal(GroupError.InvalidRequest, _coordinator.Answer(_coordinator.NewJoin(instanceId: tooLong)).Error);
        Assert.Equal(GroupError.InvalidRequest, _coordinator.Answer(_coordinator.NewJoin(client: tooLong)).Error);
        Assert.Equal(GroupError.InvalidRequest, _coordinator.Answer(_coordinator.NewJoin(protocols: [tooLong])).Error);
        Assert.Equal(GroupError.InvalidGroupId, _coordinator.Answer(new Heartbeat { GroupId = "", MemberId = "m", Generation = 1 }));
    }

    [Fact]
    public void The_longest_names_and_metadata_fit_a_record()
    {
        string longest = new('x', GroupLimits.MaxIdSizeBytes);
        JoinReply joined = _coordinator.Answer(_coordinator.NewJoin(instanceId: longest, client: longest) with { GroupId = longest });
        Assert.Equal(GroupError.None, joined.Error);
        SyncReply synced = _coordinator.Answer(_coordinator.NewSync(joined, (joined.MemberId, "all")) with { GroupId = longest, InstanceId = longest });
        Assert.Equal(GroupError.None, synced.Error);
        _coordinator.FailOver();
        Assert.Equal(joined.MemberId, Assert.Single(_coordinator.Answer(new DescribeGroup(longest)).Members).MemberId);
    }

    [Fact]
    public void Metadata_that_no_record_could_hold_is_refused()
    {
        byte[] large = new byte[GroupLimits.MaxGroupRecordSizeBytes + 1];
        JoinReply reply = _coordinator.Answer(_coordinator.NewJoin() with { Protocols = [new GroupProtocol("range", large)] });
        Assert.Equal(GroupError.InvalidRequest, reply.Error);
    }

    [Fact]
    public void What_a_command_brought_is_copied_before_its_memory_is_used_again()
    {
        byte[] frame = [1, 2, 3];
        JoinReply joined = _coordinator.Answer(_coordinator.NewJoin() with { Protocols = [new GroupProtocol("range", frame)] });
        Array.Clear(frame);
        Assert.Equal([1, 2, 3], Assert.Single(_coordinator.Answer(_coordinator.NewJoin(joined.MemberId) with { Protocols = [new GroupProtocol("range", new byte[] { 1, 2, 3 })] }).Members).Metadata.ToArray());
    }

    [Fact]
    public void A_full_group_takes_nobody_new()
    {
        Coordinator coordinator = new(new GroupOptions { InitialRebalanceDelayMs = 0, MaxSize = 2 });
        JoinReply[] members = coordinator.StableGroup(2);
        JoinReply refused = coordinator.Answer(coordinator.NewJoin());
        Assert.Equal((GroupError.GroupMaxSizeReached, ""), (refused.Error, refused.MemberId));
        Assert.Equal(GroupError.None, coordinator.Beat(members[0]));
    }

    [Fact]
    public void There_are_only_so_many_groups_and_those_there_are_go_on()
    {
        Coordinator coordinator = new(new GroupOptions { InitialRebalanceDelayMs = 0, MaxGroups = 2 });
        JoinReply[] members = coordinator.StableGroup(1);
        OffsetToCommit[] offsets = [new OffsetToCommit("t", 0, Offset.Zero, LeaderEpoch.None, null)];
        Assert.Equal([GroupError.None], coordinator.Answer(new CommitOffsets { GroupId = "second", Offsets = offsets }));
        Assert.Equal([GroupError.PolicyViolation], coordinator.Answer(new CommitOffsets { GroupId = "third", Offsets = offsets }));
        Assert.Equal(GroupError.PolicyViolation, coordinator.Answer(coordinator.NewJoin() with { GroupId = "third" }).Error);
        Assert.Equal([GroupError.None], coordinator.Answer(new CommitOffsets { GroupId = "second", Offsets = offsets }));
        Assert.Equal(GroupError.None, coordinator.Beat(members[0]));
        coordinator.FailOver();
        Assert.Equal(2, coordinator.Answer(new ListGroups()).Count);
        Assert.Equal(GroupError.None, coordinator.Answer(new DeleteGroup("second")));
        Assert.Equal([GroupError.None], coordinator.Answer(new CommitOffsets { GroupId = "third", Offsets = offsets }));
    }

    [Fact]
    public void Ids_for_members_who_do_not_come_back_take_bounded_memory_for_the_time_of_their_session()
    {
        int given = 0;
        JoinReply reply;
        do
        {
            reply = _coordinator.Answer(_coordinator.NewJoin(client: new string('c', 10_000)) with { GroupId = $"group-{given % 7}", RequiresKnownMemberId = true });
        }
        while (reply.Error == GroupError.MemberIdRequired && ++given < 100_000);
        Assert.Equal((GroupError.GroupMaxSizeReached, ""), (reply.Error, reply.MemberId));
        Assert.InRange(given, 300, GroupLimits.MaxReservedIdsSizeBytes / 20_000);
        _coordinator.Pass(Coordinator.SessionTimeoutMs);
        JoinReply later = _coordinator.Answer(_coordinator.NewJoin() with { RequiresKnownMemberId = true });
        Assert.Equal(GroupError.MemberIdRequired, later.Error);
        Assert.Equal(GroupError.None, _coordinator.Answer(_coordinator.NewJoin(later.MemberId)).Error);
    }

    [Fact]
    public void A_group_that_shrinks_keeps_those_who_join_first()
    {
        Coordinator large = new();
        JoinReply[] members = large.StableGroup(3);
        Coordinator small = new(new GroupOptions { InitialRebalanceDelayMs = 0, MaxSize = 2 }, large.NowMs);
        small.Records.AddRange(large.Records);
        small.FailOver();
        Assert.Equal(GroupState.PreparingRebalance, small.Describe().State);

        ReplySlot<JoinReply> first = small.Ask(small.NewJoin(members[2].MemberId));
        ReplySlot<JoinReply> second = small.Ask(small.NewJoin(members[0].MemberId));
        JoinReply third = small.Answer(small.NewJoin(members[1].MemberId));
        Assert.Equal(GroupError.GroupMaxSizeReached, third.Error);
        Assert.Equal(members[0].Generation + 1, Coordinator.Reply(first).Generation);
        Assert.Equal(members[0].Generation + 1, Coordinator.Reply(second).Generation);
        Assert.Equal(2, small.Describe().Members.Count);
    }

    [Fact]
    public void A_first_join_that_stays_parked_is_given_up_after_five_minutes()
    {
        JoinReply[] members = _coordinator.StableGroup(1);
        ReplySlot<JoinReply> parked = _coordinator.Ask(_coordinator.NewJoin() with { RebalanceTimeoutMs = 3_600_000 });
        for (int ms = 0; ms < GroupLimits.NewMemberJoinTimeoutMs - 5_000; ms += 5_000)
        {
            _coordinator.Pass(5_000);
            Assert.Equal(GroupError.RebalanceInProgress, _coordinator.Beat(members[0]));
        }

        Assert.False(parked.IsDecided);
        _coordinator.Pass(5_000);
        Assert.Equal(GroupError.UnknownMemberId, Coordinator.Reply(parked).Error);
    }
}
