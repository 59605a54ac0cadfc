using Duramen.Coordination.Groups;
using Duramen.Coordination.Groups.Commands;
using Duramen.Coordination.Groups.Replies;
using Duramen.Core.Ids;
using Duramen.State.Machines;

namespace Duramen.Coordination.Tests.Groups;

public sealed class ExpiryTests
{
    private const long RetentionMs = 3_600_000;
    private const long CheckMs = 600_000;

    private readonly Coordinator _coordinator = new(new GroupOptions { InitialRebalanceDelayMs = 0, OffsetsRetentionMs = RetentionMs });

    [Fact]
    public void The_offsets_of_who_has_no_group_expire_after_their_last_commit()
    {
        _coordinator.Commit("", -1, "old");
        _coordinator.Pass(RetentionMs / 2);
        _coordinator.Commit("", -1, "new");
        _coordinator.Pass((RetentionMs / 2) + CheckMs);
        Assert.Null(_coordinator.Fetch("old"));
        Assert.NotNull(_coordinator.Fetch("new"));

        _coordinator.Pass(RetentionMs / 2);
        Assert.Equal(GroupState.Dead, _coordinator.Describe().State);
        AssertNothingIsStored();
    }

    [Fact]
    public void The_offsets_of_a_group_expire_after_it_lost_its_last_member_however_old_they_are()
    {
        JoinReply member = _coordinator.StableGroup(1)[0];
        _coordinator.Commit(member.MemberId, member.Generation);
        Live(member, RetentionMs + (RetentionMs / 2));
        Assert.NotNull(_coordinator.Fetch());

        _coordinator.Leave(member.MemberId);
        _coordinator.Pass(RetentionMs - 1);
        Assert.NotNull(_coordinator.Fetch());
        _coordinator.Pass(1 + CheckMs);
        Assert.Null(_coordinator.Fetch());
        Assert.Equal(GroupState.Dead, _coordinator.Describe().State);
        AssertNothingIsStored();
    }

    [Fact]
    public void An_offset_that_an_administrator_sets_in_an_empty_group_counts_from_then()
    {
        _coordinator.Leave(_coordinator.StableGroup(1)[0].MemberId);
        _coordinator.Commit("", -1, "old");
        _coordinator.Pass(RetentionMs - 1);
        _coordinator.Commit("", -1, "new");
        _coordinator.Pass(1 + CheckMs);
        Assert.Null(_coordinator.Fetch("old"));
        Assert.NotNull(_coordinator.Fetch("new"));
    }

    [Fact]
    public void How_long_a_group_has_been_empty_is_known_to_who_takes_over()
    {
        JoinReply member = _coordinator.StableGroup(1)[0];
        _coordinator.Commit(member.MemberId, member.Generation);
        _coordinator.Leave(member.MemberId);
        _coordinator.Pass(RetentionMs - CheckMs);
        _coordinator.FailOver();
        Assert.NotNull(_coordinator.Fetch());
        _coordinator.Pass(CheckMs);
        Assert.Null(_coordinator.Fetch());
    }

    [Fact]
    public void In_a_stable_group_of_consumers_offsets_expire_whose_topics_nobody_reads()
    {
        JoinReply member = Consumer(Coordinator.Subscription("read"));
        _coordinator.Commit(member.MemberId, member.Generation, "read");
        _coordinator.Commit(member.MemberId, member.Generation, "left");
        Live(member, RetentionMs + CheckMs);
        Assert.NotNull(_coordinator.Fetch("read"));
        Assert.Null(_coordinator.Fetch("left"));
        Assert.Equal(GroupState.Stable, _coordinator.Describe().State);
    }

    [Theory]
    [InlineData("consumer")]
    [InlineData("connect")]
    public void In_a_group_whose_topics_are_not_known_no_offset_expires(string protocolType)
    {
        JoinReply member = Consumer([0, 1, 0], protocolType);
        _coordinator.Commit(member.MemberId, member.Generation);
        Live(member, RetentionMs + CheckMs);
        Assert.NotNull(_coordinator.Fetch());
    }

    [Fact]
    public void While_consumers_rebalance_no_offset_expires()
    {
        JoinReply member = Consumer(Coordinator.Subscription("read"));
        _coordinator.Commit(member.MemberId, member.Generation, "left");
        Live(member, RetentionMs - 1_000);
        _coordinator.Answer(_coordinator.NewJoin(member.MemberId) with
        {
            SessionTimeoutMs = 1_800_000,
            RebalanceTimeoutMs = 3_600_000,
            Protocols = [new GroupProtocol("range", Coordinator.Subscription("read"))],
        });
        _coordinator.Pass(CheckMs + 1_000);
        Assert.Equal(GroupState.CompletingRebalance, _coordinator.Describe().State);
        Assert.NotNull(_coordinator.Fetch("left"));
    }

    [Fact]
    public void A_time_that_the_committer_asked_for_counts_instead()
    {
        CommitOffsets commit = new() { GroupId = Coordinator.Group, Offsets = [new OffsetToCommit("t", 0, new Offset(5), LeaderEpoch.None, null)] };
        _coordinator.Answer(commit with { RetentionMs = 1_000 });
        Assert.Equal(_coordinator.NowMs + 1_000, _coordinator.Fetch()!.ExpireTimestampMs);
        _coordinator.FailOver();
        _coordinator.Pass(CheckMs);
        Assert.Null(_coordinator.Fetch());

        _coordinator.Answer(commit with { RetentionMs = long.MaxValue });
        _coordinator.Pass(RetentionMs + CheckMs);
        Assert.NotNull(_coordinator.Fetch());
    }

    [Fact]
    public void A_group_that_is_left_with_nothing_dies_and_one_with_a_given_id_waits_for_it()
    {
        JoinReply member = _coordinator.StableGroup(1)[0];
        _coordinator.Leave(member.MemberId);
        _coordinator.Pass(CheckMs - 1);
        Assert.Equal(GroupState.Empty, _coordinator.Describe().State);
        _coordinator.Answer(_coordinator.NewJoin() with { RequiresKnownMemberId = true, SessionTimeoutMs = 6_000 });
        _coordinator.Pass(1);
        Assert.Equal(GroupState.Empty, _coordinator.Describe().State);
        _coordinator.Pass(CheckMs);
        Assert.Equal(GroupState.Dead, _coordinator.Describe().State);
        AssertNothingIsStored();
    }

    [Fact]
    public void More_expired_offsets_than_one_decision_holds_go_in_several()
    {
        CommitOffsets commit = new()
        {
            GroupId = "a",
            Offsets = [.. Enumerable.Range(0, 60_000).Select(partition => new OffsetToCommit("t", partition, Offset.Zero, LeaderEpoch.None, null))],
        };
        _coordinator.Answer(commit);
        _coordinator.Answer(commit with { GroupId = "b" });
        _coordinator.Pass(RetentionMs);

        // Ticks that go on where the last one ended follow at once; the first may fall on a check just before.
        _coordinator.Pass(CheckMs);
        Assert.Empty(_coordinator.Answer(new ListGroups()));
        AssertNothingIsStored();
    }

    [Fact]
    public void The_offsets_in_a_topic_that_was_deleted_are_forgotten_in_all_groups_and_no_other_topic()
    {
        _coordinator.Commit("", -1, "gone");
        _coordinator.Commit("", -1, "stays");
        _coordinator.Answer(new CommitOffsets { GroupId = "other", Offsets = [new OffsetToCommit("gone", 3, Offset.Zero, LeaderEpoch.None, null)] });
        Assert.Equal(2, _coordinator.Answer(new ForgetTopic("gone")));
        Assert.Null(_coordinator.Fetch("gone"));
        Assert.NotNull(_coordinator.Fetch("stays"));
        _coordinator.FailOver();
        Assert.Null(_coordinator.Fetch("gone"));
        Assert.Equal(0, _coordinator.Answer(new ForgetTopic("gone")));
    }

    [Fact]
    public void The_offsets_in_topics_that_are_no_more_are_forgotten_by_what_there_is()
    {
        foreach (string topic in new[] { "gone", "stays", "went" })
        {
            _coordinator.Commit("", -1, topic);
        }

        Assert.Equal(2, _coordinator.Answer(new ForgetOtherTopics(new HashSet<string> { "stays", "new" })));
        Assert.Equal(["stays"], _coordinator.Answer(new FetchOffsets(Coordinator.Group, null)).Select(offset => offset.Topic));
        Assert.Equal(0, _coordinator.Answer(new ForgetOtherTopics(new HashSet<string> { "stays" })));
    }

    [Fact]
    public void More_offsets_of_a_deleted_topic_than_one_decision_holds_go_in_several_before_the_reply()
    {
        OffsetToCommit[] offsets = [.. Enumerable.Range(0, 60_000).Select(partition => new OffsetToCommit("t", partition, Offset.Zero, LeaderEpoch.None, null))];
        _coordinator.Answer(new CommitOffsets { GroupId = "a", Offsets = offsets });
        _coordinator.Answer(new CommitOffsets { GroupId = "b", Offsets = offsets });
        ReplySlot<int> forgotten = _coordinator.Ask(new ForgetTopic("t"));
        Assert.False(forgotten.IsDecided);
        _coordinator.Pass(1);
        Assert.Equal(120_000, Coordinator.Reply(forgotten));
        Assert.Empty(_coordinator.Answer(new FetchOffsets("b", null)));
    }

    private JoinReply Consumer(byte[] subscription, string protocolType = "consumer")
    {
        JoinReply joined = _coordinator.Answer(_coordinator.NewJoin() with
        {
            SessionTimeoutMs = 1_800_000,
            ProtocolType = protocolType,
            Protocols = [new GroupProtocol("range", subscription)],
        });
        _coordinator.Answer(_coordinator.NewSync(joined, (joined.MemberId, "all")));
        return joined;
    }

    private void Live(JoinReply member, long ms)
    {
        for (long passedMs = 0; passedMs < ms; passedMs += 9_000)
        {
            _coordinator.Pass(Math.Min(9_000, ms - passedMs));
            Assert.Equal(GroupError.None, _coordinator.Beat(member));
        }
    }

    private void AssertNothingIsStored() => Assert.All(
        _coordinator.Records.GroupBy(record => Convert.ToHexString(record.Key)),
        sameKey => Assert.Null(sameKey.Last().Value));
}
