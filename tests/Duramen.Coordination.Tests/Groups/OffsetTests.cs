using Duramen.Coordination.Groups;
using Duramen.Coordination.Groups.Commands;
using Duramen.Coordination.Groups.Replies;
using Duramen.Core.Ids;

namespace Duramen.Coordination.Tests.Groups;

public sealed class OffsetTests
{
    private readonly Coordinator _coordinator = new();

    [Fact]
    public void Who_assigns_partitions_to_itself_commits_without_a_group_and_makes_a_simple_one()
    {
        Assert.Equal(GroupError.None, _coordinator.Commit("", -1, offset: 7, metadata: "note"));
        Assert.Equal(new CommittedOffset(new Offset(7), LeaderEpoch.None, "note", _coordinator.NowMs), _coordinator.Fetch());
        Assert.Equal((GroupState.Empty, ""), (_coordinator.Describe().State, _coordinator.Describe().ProtocolType));
        Assert.Equal([new GroupSummary(Coordinator.Group, "", GroupState.Empty)], _coordinator.Answer(new ListGroups()));
        _coordinator.FailOver();
        Assert.Equal(7, _coordinator.Fetch()!.Offset.Value);
        Assert.Equal(GroupState.Empty, _coordinator.Describe().State);
    }

    [Fact]
    public void A_generation_without_its_group_is_refused() => Assert.Equal(GroupError.GroupIdNotFound, _coordinator.Commit("m", 1));

    [Fact]
    public void A_group_with_members_takes_offsets_from_them_alone_and_from_their_generation()
    {
        JoinReply[] members = _coordinator.StableGroup(2);
        Assert.Equal(GroupError.UnknownMemberId, _coordinator.Commit("", -1));
        Assert.Equal(GroupError.UnknownMemberId, _coordinator.Commit("stranger", members[0].Generation));
        Assert.Equal(GroupError.IllegalGeneration, _coordinator.Commit(members[0].MemberId, members[0].Generation - 1));
        Assert.Equal(GroupError.IllegalGeneration, _coordinator.Commit(members[0].MemberId, -1));
        Assert.Null(_coordinator.Fetch());
        Assert.Equal(GroupError.None, _coordinator.Commit(members[0].MemberId, members[0].Generation));
        Assert.Equal(5, _coordinator.Fetch()!.Offset.Value);
    }

    [Fact]
    public void Offsets_are_taken_while_members_are_gathered_and_not_while_the_assignment_is_awaited()
    {
        JoinReply[] members = _coordinator.StableGroup(2);
        _coordinator.Ask(_coordinator.NewJoin(members[0].MemberId));
        Assert.Equal(GroupError.None, _coordinator.Commit(members[1].MemberId, members[1].Generation));

        JoinReply joined = _coordinator.Answer(_coordinator.NewJoin(members[1].MemberId));
        Assert.Equal(GroupState.CompletingRebalance, _coordinator.Describe().State);
        Assert.Equal(GroupError.RebalanceInProgress, _coordinator.Commit(joined.MemberId, joined.Generation));
        Assert.Equal(GroupError.IllegalGeneration, _coordinator.Commit(joined.MemberId, joined.Generation - 1));
    }

    [Fact]
    public void A_commit_shows_that_a_member_lives()
    {
        JoinReply[] members = _coordinator.StableGroup(1);
        for (int i = 0; i < 4; i++)
        {
            _coordinator.Pass(Coordinator.SessionTimeoutMs - 1);
            Assert.Equal(GroupError.None, _coordinator.Commit(members[0].MemberId, members[0].Generation));
        }
    }

    [Fact]
    public void An_empty_group_takes_offsets_from_administrators_and_not_from_former_members()
    {
        JoinReply member = _coordinator.StableGroup(1)[0];
        _coordinator.Leave(member.MemberId);
        Assert.Equal(GroupError.UnknownMemberId, _coordinator.Commit(member.MemberId, member.Generation));
        Assert.Equal(GroupError.None, _coordinator.Commit("", -1));
    }

    [Fact]
    public void Metadata_that_is_too_long_refuses_its_own_offset_and_no_other()
    {
        string longest = new('x', 4096);
        IReadOnlyList<GroupError> errors = _coordinator.Answer(new CommitOffsets
        {
            GroupId = Coordinator.Group,
            Offsets =
            [
                new OffsetToCommit("t", 0, new Offset(1), LeaderEpoch.None, longest),
                new OffsetToCommit("t", 1, new Offset(1), LeaderEpoch.None, longest + "x"),
                new OffsetToCommit("t", 2, new Offset(1), new LeaderEpoch(3), null),
            ],
        });
        Assert.Equal([GroupError.None, GroupError.OffsetMetadataTooLarge, GroupError.None], errors);
        Assert.Equal(longest, _coordinator.Fetch()!.Metadata);
        Assert.Null(_coordinator.Fetch(partition: 1));
        Assert.Equal(("", 3), (_coordinator.Fetch(partition: 2)!.Metadata, _coordinator.Fetch(partition: 2)!.LeaderEpoch.Value));
    }

    [Fact]
    public void A_commit_of_which_everything_is_refused_makes_no_group()
    {
        Assert.Equal(GroupError.OffsetMetadataTooLarge, _coordinator.Commit("", -1, metadata: new string('x', 4097)));
        Assert.Equal(GroupState.Dead, _coordinator.Describe().State);
    }

    [Fact]
    public void More_offsets_than_one_decision_can_delete_are_refused_as_a_whole()
    {
        OffsetToCommit[] offsets = [.. Enumerable.Range(0, GroupLimits.MaxOffsetRecords).Select(partition => new OffsetToCommit("t", partition, Offset.Zero, LeaderEpoch.None, null))];
        CommitOffsets commit = new() { GroupId = Coordinator.Group, Offsets = [.. offsets, new OffsetToCommit("u", 0, Offset.Zero, LeaderEpoch.None, null)] };
        Assert.All(_coordinator.Answer(commit), error => Assert.Equal(GroupError.InvalidCommitOffsetSize, error));
        Assert.Empty(_coordinator.Records);

        Assert.All(_coordinator.Answer(commit with { Offsets = offsets }), error => Assert.Equal(GroupError.None, error));
        Assert.Equal(GroupError.InvalidCommitOffsetSize, _coordinator.Commit("", -1, topic: "u"));
        Assert.Equal(GroupError.None, _coordinator.Commit("", -1, topic: "t"));
        Assert.Equal(GroupError.None, _coordinator.Answer(new DeleteGroup(Coordinator.Group)));
        Assert.Equal(GroupState.Dead, _coordinator.Describe().State);
    }

    [Fact]
    public void What_was_never_committed_is_answered_with_nothing_and_no_error()
    {
        Assert.Null(_coordinator.Fetch());
        _coordinator.Commit("", -1);
        Assert.Null(_coordinator.Fetch(partition: 1));
        Assert.Null(_coordinator.Fetch(topic: "u"));
    }

    [Fact]
    public void All_offsets_of_a_group_come_in_the_order_of_topic_and_partition()
    {
        foreach (string topic in (string[])["b", "a", "\u00e9", "B"])
        {
            _coordinator.Commit("", -1, topic);
        }

        IReadOnlyList<FetchedOffset> all = _coordinator.Answer(new FetchOffsets(Coordinator.Group, null));
        Assert.Equal(["B", "a", "b", "\u00e9"], all.Select(fetched => fetched.Topic));
        Assert.All(all, fetched => Assert.Equal(5, fetched.Committed!.Offset.Value));
        Assert.Empty(_coordinator.Answer(new FetchOffsets("other", null)));
    }

    [Fact]
    public void A_group_without_a_name_can_have_offsets_and_no_members()
    {
        CommitOffsets commit = new() { GroupId = "", Offsets = [new OffsetToCommit("t", 0, new Offset(1), LeaderEpoch.None, null)] };
        Assert.Equal([GroupError.None], _coordinator.Answer(commit));
        Assert.Equal(1, Assert.Single(_coordinator.Answer(new FetchOffsets("", null))).Committed!.Offset.Value);
        Assert.Equal(GroupError.None, _coordinator.Answer(new DeleteGroup("")));
    }

    [Fact]
    public void The_callers_own_commit_time_is_kept()
    {
        CommitOffsets commit = new() { GroupId = Coordinator.Group, Offsets = [new OffsetToCommit("t", 0, new Offset(1), LeaderEpoch.None, null, TimestampMs: 42)] };
        Assert.Equal([GroupError.None], _coordinator.Answer(commit));
        Assert.Equal(42, _coordinator.Fetch()!.CommitTimestampMs);
    }
}
