using Duramen.Coordination.Groups;
using Duramen.Coordination.Groups.Commands;
using Duramen.Coordination.Groups.Replies;

namespace Duramen.Coordination.Tests.Groups;

public sealed class AdministrationTests
{
    private readonly Coordinator _coordinator = new();

    [Fact]
    public void A_stable_group_is_described_with_metadata_and_assignments()
    {
        JoinReply[] members = _coordinator.StableGroup(2);
        GroupDescription group = _coordinator.Describe();
        Assert.Equal((GroupState.Stable, "consumer", "range"), (group.State, group.ProtocolType, group.Protocol));
        MemberDescription leader = Assert.Single(group.Members, member => member.MemberId == members[0].MemberId);
        Assert.Equal(("c", "/10.0.0.1"), (leader.ClientId, leader.ClientHost));
        Assert.Equal("m"u8.ToArray(), leader.Metadata.ToArray());
        Assert.Equal("0"u8.ToArray(), leader.Assignment.ToArray());
    }

    [Fact]
    public void A_group_that_is_not_stable_is_described_without_protocol_metadata_and_assignments()
    {
        JoinReply[] members = _coordinator.StableGroup(2);
        _coordinator.Ask(_coordinator.NewJoin(members[0].MemberId));
        GroupDescription group = _coordinator.Describe();
        Assert.Equal((GroupState.PreparingRebalance, "consumer", ""), (group.State, group.ProtocolType, group.Protocol));
        Assert.All(group.Members, member => Assert.Equal((0, 0), (member.Metadata.Length, member.Assignment.Length)));
    }

    [Fact]
    public void A_group_that_does_not_exist_is_dead()
    {
        GroupDescription group = _coordinator.Describe();
        Assert.Equal((GroupState.Dead, "", 0), (group.State, group.ProtocolType, group.Members.Count));
    }

    [Fact]
    public void Groups_are_listed_by_name_with_kind_and_state()
    {
        _coordinator.StableGroup(1);
        _coordinator.Answer(_coordinator.NewJoin() with { GroupId = "b", ProtocolType = "connect" });
        _coordinator.Answer(new CommitOffsets { GroupId = "a", Offsets = [new OffsetToCommit("t", 0, default, default, null)] });
        Assert.Equal(
            [
                new GroupSummary("a", "", GroupState.Empty),
                new GroupSummary("b", "connect", GroupState.CompletingRebalance),
                new GroupSummary(Coordinator.Group, "consumer", GroupState.Stable),
            ],
            _coordinator.Answer(new ListGroups()));
    }

    [Fact]
    public void A_group_with_members_is_not_deleted_and_one_that_does_not_exist_is_not_found()
    {
        _coordinator.StableGroup(1);
        Assert.Equal(GroupError.NonEmptyGroup, _coordinator.Answer(new DeleteGroup(Coordinator.Group)));
        Assert.Equal(GroupError.GroupIdNotFound, _coordinator.Answer(new DeleteGroup("other")));
    }

    [Fact]
    public void A_deleted_group_is_gone_with_its_offsets_and_given_ids()
    {
        JoinReply member = _coordinator.StableGroup(1)[0];
        _coordinator.Commit(member.MemberId, member.Generation);
        _coordinator.Leave(member.MemberId);
        JoinReply pending = _coordinator.Answer(_coordinator.NewJoin() with { RequiresKnownMemberId = true });
        Assert.Equal(GroupError.None, _coordinator.Answer(new DeleteGroup(Coordinator.Group)));
        Assert.Equal(GroupState.Dead, _coordinator.Describe().State);
        Assert.Null(_coordinator.Fetch());
        Assert.Equal(GroupError.UnknownMemberId, _coordinator.Answer(_coordinator.NewJoin(pending.MemberId)).Error);
        _coordinator.FailOver();
        Assert.Empty(_coordinator.Answer(new ListGroups()));
        _coordinator.Pass(Coordinator.SessionTimeoutMs);
        Assert.Equal(1, _coordinator.Answer(_coordinator.NewJoin()).Generation);
    }

    [Fact]
    public void Offsets_in_topics_that_consumers_read_are_not_deleted()
    {
        JoinReply joined = _coordinator.Answer(_coordinator.NewJoin() with { Protocols = [new GroupProtocol("range", Coordinator.Subscription("read"))] });
        _coordinator.Answer(_coordinator.NewSync(joined, (joined.MemberId, "all")));
        _coordinator.Commit(joined.MemberId, joined.Generation, "read");
        _coordinator.Commit(joined.MemberId, joined.Generation, "left");

        TopicPartition[] partitions = [new("read", 0), new("left", 0), new("left", 0), new("never", 0)];
        DeleteOffsetsReply reply = _coordinator.Answer(new DeleteOffsets(Coordinator.Group, partitions));
        Assert.Equal(GroupError.None, reply.Error);
        Assert.Equal([GroupError.GroupSubscribedToTopic, GroupError.None, GroupError.None, GroupError.None], reply.Partitions);
        Assert.NotNull(_coordinator.Fetch("read"));
        Assert.Null(_coordinator.Fetch("left"));

        // Who takes over knows the topics as well; once the consumer is gone nobody reads them.
        _coordinator.FailOver();
        Assert.Equal(GroupError.GroupSubscribedToTopic, _coordinator.Answer(new DeleteOffsets(Coordinator.Group, partitions)).Partitions[0]);
        _coordinator.Leave(joined.MemberId);
        Assert.Equal(GroupError.None, _coordinator.Answer(new DeleteOffsets(Coordinator.Group, partitions)).Partitions[0]);
        Assert.Null(_coordinator.Fetch("read"));
    }

    [Fact]
    public void Offsets_of_members_that_are_no_consumers_are_deleted_only_when_they_are_gone()
    {
        JoinReply joined = _coordinator.Answer(_coordinator.NewJoin() with { ProtocolType = "connect" });
        _coordinator.Answer(_coordinator.NewSync(joined, (joined.MemberId, "all")));
        _coordinator.Commit(joined.MemberId, joined.Generation);
        Assert.Equal(GroupError.NonEmptyGroup, _coordinator.Answer(new DeleteOffsets(Coordinator.Group, [new("t", 0)])).Error);
        _coordinator.Leave(joined.MemberId);
        Assert.Equal([GroupError.None], _coordinator.Answer(new DeleteOffsets(Coordinator.Group, [new("t", 0)])).Partitions);
        Assert.Null(_coordinator.Fetch());
    }

    [Fact]
    public void Offsets_of_a_group_that_does_not_exist_are_not_deleted() =>
        Assert.Equal(GroupError.GroupIdNotFound, _coordinator.Answer(new DeleteOffsets("other", [new("t", 0)])).Error);

    [Fact]
    public void Leaving_a_group_that_does_not_exist_is_an_error_of_each_member()
    {
        LeaveReply reply = _coordinator.Leave("m");
        Assert.Equal(GroupError.None, reply.Error);
        Assert.Equal([new LeftMember("m", null, GroupError.UnknownMemberId)], reply.Members);
    }

    [Fact]
    public void Members_that_leave_together_cause_one_rebalance()
    {
        JoinReply[] members = _coordinator.StableGroup(3);
        LeaveReply reply = _coordinator.Answer(new LeaveGroup
        {
            GroupId = Coordinator.Group,
            Members = [.. members.Select(member => new LeavingMember(member.MemberId, null))],
        });
        Assert.All(reply.Members, member => Assert.Equal(GroupError.None, member.Error));
        Assert.Equal(GroupState.Empty, _coordinator.Describe().State);
        Assert.Equal(members[0].Generation + 2, _coordinator.Answer(_coordinator.NewJoin()).Generation);
    }
}
