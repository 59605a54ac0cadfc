using Duramen.Coordination.Groups;
using Duramen.Coordination.Groups.Membership;
using Duramen.Coordination.Groups.Records;
using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Duramen.Core.Random;

namespace Duramen.Coordination.Tests.Groups;

/// <summary>The bytes that tools read from <c>__consumer_offsets</c>, written out from the description of Kafka's format.</summary>
public sealed class GroupRecordsTests
{
    private static readonly StoredGroup SomeGroup = new(
        "consumer",
        7,
        "range",
        "m1",
        0x0000018BCFE56800,
        [
            new StoredMember("m1", null, "c", "/h", 60_000, 10_000, new byte[] { 1, 2 }, new byte[] { 3 }),
            new StoredMember("m2", "i2", "\u00e9", "", 1, 2, default, default),
        ]);

    private const string SomeGroupHex =
        "0003" // value version
        + "0008" + "636F6E73756D6572" // protocol type "consumer"
        + "00000007" // generation
        + "0005" + "72616E6765" // protocol "range"
        + "0002" + "6D31" // leader "m1"
        + "0000018BCFE56800" // state timestamp
        + "00000002" // members
        + "0002" + "6D31" + "FFFF" + "0001" + "63" + "0002" + "2F68" // "m1", no instance, "c", "/h"
        + "0000EA60" + "00002710" // rebalance timeout, session timeout
        + "00000002" + "0102" + "00000001" + "03" // subscription, assignment
        + "0002" + "6D32" + "0002" + "6932" + "0002" + "C3A9" + "0000" // "m2", instance "i2", "é", ""
        + "00000001" + "00000002"
        + "00000000" + "00000000";

    [Fact]
    public void The_key_of_an_offset_is_version_1_with_group_topic_and_partition() => Assert.Equal(
        "0001" + "0002" + "6731" + "0003" + "746F70" + "00000102",
        Convert.ToHexString(GroupRecords.OffsetKey("g1", "top", 258)));

    [Fact]
    public void The_value_of_an_offset_is_version_3_with_offset_epoch_metadata_and_time() => Assert.Equal(
        "0003" + "000000000000002A" + "00000005" + "0001" + "6D" + "0000018BCFE56800",
        Convert.ToHexString(GroupRecords.OffsetValue(new CommittedOffset(new Offset(42), new LeaderEpoch(5), "m", 0x0000018BCFE56800))));

    [Fact]
    public void The_value_of_an_offset_with_its_own_expiry_is_version_1() => Assert.Equal(
        "0001" + "000000000000002A" + "0000" + "0000018BCFE56800" + "0000018BCFE56BE8",
        Convert.ToHexString(GroupRecords.OffsetValue(new CommittedOffset(new Offset(42), LeaderEpoch.None, "", 0x0000018BCFE56800, 0x0000018BCFE56BE8))));

    [Fact]
    public void The_key_of_a_group_is_version_2_with_its_name() =>
        Assert.Equal("0002" + "0002" + "6731", Convert.ToHexString(GroupRecords.GroupKey("g1")));

    [Fact]
    public void The_value_of_a_group_is_version_3() => Assert.Equal(SomeGroupHex, Convert.ToHexString(GroupRecords.GroupValue(SomeGroup)));

    [Fact]
    public void The_value_of_an_empty_group_has_neither_protocol_nor_leader() => Assert.Equal(
        "0003" + "0008" + "636F6E73756D6572" + "00000008" + "FFFF" + "FFFF" + "FFFFFFFFFFFFFFFF" + "00000000",
        Convert.ToHexString(GroupRecords.GroupValue(new StoredGroup("consumer", 8, null, null, -1, []))));

    [Fact]
    public void What_was_written_is_read_again()
    {
        GroupRecords.ReadKey(GroupRecords.OffsetKey("g1", "top", 258), out string groupId, out string? topic, out int partition);
        Assert.Equal(("g1", "top", 258), (groupId, topic, partition));
        GroupRecords.ReadKey(GroupRecords.GroupKey("g2"), out groupId, out topic, out _);
        Assert.Equal(("g2", null), (groupId, topic));

        CommittedOffset[] offsets = [new(new Offset(42), new LeaderEpoch(5), "m", 9), new(new Offset(-1), LeaderEpoch.None, "", 9, 10)];
        Assert.All(offsets, offset => Assert.Equal(offset, GroupRecords.ReadOffset(GroupRecords.OffsetValue(offset))));
        Assert.Equal(SomeGroupHex, Convert.ToHexString(GroupRecords.GroupValue(GroupRecords.ReadGroup(GroupRecords.GroupValue(SomeGroup)))));
    }

    [Fact]
    public void A_record_that_is_cut_or_has_bytes_to_spare_is_an_error()
    {
        AssertAllCutsFail(GroupRecords.OffsetKey("g1", "top", 258), bytes => GroupRecords.ReadKey(bytes, out _, out _, out _));
        AssertAllCutsFail(GroupRecords.GroupKey("g1"), bytes => GroupRecords.ReadKey(bytes, out _, out _, out _));
        AssertAllCutsFail(GroupRecords.OffsetValue(new CommittedOffset(new Offset(42), new LeaderEpoch(5), "m", 9)), bytes => GroupRecords.ReadOffset(bytes));
        AssertAllCutsFail(GroupRecords.OffsetValue(new CommittedOffset(new Offset(42), LeaderEpoch.None, "m", 9, 10)), bytes => GroupRecords.ReadOffset(bytes));
        AssertAllCutsFail(GroupRecords.GroupValue(SomeGroup), bytes => GroupRecords.ReadGroup(bytes));
    }

    [Fact]
    public void A_damaged_record_is_an_error_or_something_else_and_never_a_crash()
    {
        Prng prng = Prng.ForStream(1, "damage");
        byte[] group = GroupRecords.GroupValue(SomeGroup);
        int refused = 0;
        for (int i = 0; i < 20_000; i++)
        {
            byte[] damaged = (byte[])group.Clone();
            damaged[prng.NextInt32(damaged.Length)] = (byte)prng.NextInt32(256);
            damaged[prng.NextInt32(damaged.Length)] = (byte)prng.NextInt32(256);
            try
            {
                GroupRecords.ReadGroup(damaged);
            }
            catch (BinaryFormatException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1, 19_999);
    }

    [Theory]
    [InlineData("0000")]
    [InlineData("0003" + "0001" + "67")]
    [InlineData("FFFF")]
    public void A_key_of_another_kind_is_an_error(string hex) =>
        Assert.Throws<BinaryFormatException>(() => GroupRecords.ReadKey(Convert.FromHexString(hex), out _, out _, out _));

    [Theory]
    [InlineData("0002")]
    [InlineData("0004")]
    public void A_value_of_another_version_is_an_error(string hex)
    {
        Assert.Throws<BinaryFormatException>(() => GroupRecords.ReadOffset(Convert.FromHexString(hex)));
        Assert.Throws<BinaryFormatException>(() => GroupRecords.ReadGroup(Convert.FromHexString(hex)));
    }

    [Fact]
    public void The_topics_of_a_subscription_are_read_whatever_follows_them()
    {
        SortedSet<string> topics = new(StringComparer.Ordinal);
        Assert.True(ConsumerSubscription.TryReadTopics(Coordinator.Subscription("b", "a", "b"), topics));
        Assert.Equal(["a", "b"], topics);
    }

    [Fact]
    public void A_subscription_that_is_cut_before_its_topics_end_is_none()
    {
        byte[] whole = Coordinator.Subscription("topic");
        int topicsEnd = whole.Length - 8;
        for (int size = 0; size < whole.Length; size++)
        {
            Assert.Equal(size >= topicsEnd, ConsumerSubscription.TryReadTopics(whole.AsSpan(0, size), new SortedSet<string>(StringComparer.Ordinal)));
        }

        Assert.False(ConsumerSubscription.TryReadTopics([0xFF, 0xFF, 0, 0, 0, 0], []));
        Assert.False(ConsumerSubscription.TryReadTopics([0, 0, 0xFF, 0xFF, 0xFF, 0xFF], []));
        Assert.False(ConsumerSubscription.TryReadTopics([0, 0, 0x7F, 0xFF, 0xFF, 0xFF], []));
    }

    private static void AssertAllCutsFail(byte[] whole, Action<byte[]> read)
    {
        read(whole);
        for (int size = 0; size < whole.Length; size++)
        {
            Assert.Throws<BinaryFormatException>(() => read(whole[..size]));
        }

        Assert.Throws<BinaryFormatException>(() => read([.. whole, 0]));
    }
}
