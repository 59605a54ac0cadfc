using Duramen.Core.Ids;
using Duramen.State.Tables.Topics;

namespace Duramen.State.Tests.Tables.Topics;

public sealed class MomentTests
{
    [Theory]
    [InlineData("0:120,1:87", "0:120,1:87")]
    [InlineData("3:1,0:0,2:5", "0:0,2:5,3:1")]
    [InlineData("7:12", "12")]
    public void A_moment_is_read_and_written_in_the_order_of_its_partitions(string text, string written)
    {
        Assert.True(Moment.TryParse(text, out Moment? moment));
        Assert.Equal(written, moment!.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("0:1,")]
    [InlineData("0:1,0:2")]
    [InlineData("0:1;1:2")]
    [InlineData("0:1:2")]
    [InlineData("a:1")]
    [InlineData("0:-1")]
    [InlineData("-1:0")]
    [InlineData("0:99999999999999999999")]
    public void What_is_no_moment_is_not_read_as_one(string text)
    {
        Assert.False(Moment.TryParse(text, out _));
        Assert.False(AsOf.TryParse(text, out _));
    }

    [Fact]
    public void Moments_are_equal_when_their_offsets_are()
    {
        Assert.True(Moment.TryParse("0:1,1:2", out Moment? moment));
        Assert.Equal(moment, new Moment([new PartitionOffset(1, new Offset(2)), new PartitionOffset(0, new Offset(1))]));
        Assert.Equal(moment!.GetHashCode(), new Moment(moment.Offsets).GetHashCode());
        Assert.NotEqual(moment, new Moment([new PartitionOffset(0, new Offset(1))]));
        Assert.NotEqual(moment, new Moment([new PartitionOffset(0, new Offset(1)), new PartitionOffset(1, new Offset(3))]));
        Assert.Equal(new Offset(2), moment[1]);
        Assert.Null(moment.Find(2));
        Assert.Throws<KeyNotFoundException>(() => moment[2]);
        Assert.Throws<ArgumentException>(() => new Moment([]));
    }

    [Fact]
    public void What_a_topic_is_read_as_of_is_an_offset_offsets_a_time_or_an_end()
    {
        Assert.Equal(AsOf.End, Read("end"));
        Assert.True(Read("end").IsEnd);
        Assert.Equal(AsOf.Beginning, Read("beginning"));
        Assert.Equal(AsOf.At(new Offset(7)), Read("7"));
        Assert.Equal("0:7,1:8", Read("0:7,1:8").Moment!.ToString());
        Assert.Equal(AsOf.Time(1_772_366_400_000), Read("@1772366400000"));
        Assert.Equal(AsOf.Time(1_772_366_400_000), Read("2026-03-01T12:00:00Z"));
        Assert.Equal(AsOf.Time(1_772_366_400_123), Read("2026-03-01T13:00:00.123999+01:00"));
        Assert.Equal(AsOf.Time(-1), Read("@-1"));
        Assert.False(AsOf.TryParse("yesterday", out _));
    }

    [Theory]
    [InlineData("2026-03-01T12:00:00.123999999Z")]
    [InlineData("2026-03-01T12:00:00.1239999999999999Z")]
    [InlineData("2026-03-01 12:00:00.123")]
    [InlineData("2026-03-01 13:00:00.123456+01")]
    [InlineData("2026-03-01T06:30:00.123-0530")]
    public void A_time_is_read_as_other_systems_write_it(string text) => Assert.Equal(AsOf.Time(1_772_366_400_123), Read(text));

    [Theory]
    [InlineData("2026-03-01T")]
    [InlineData("2026-03-01  12:00")]
    [InlineData("2026-03-01T12:00:00.1234567891x")]
    [InlineData("2026-02-30")]
    [InlineData("2026-03-01T24:00")]
    [InlineData("2026-03-01T12:00:00+15")]
    [InlineData(".12345678901")]
    public void What_is_nearly_a_time_is_none(string text) => Assert.False(AsOf.TryParse(text, out _));

    private static AsOf Read(string text)
    {
        Assert.True(AsOf.TryParse(text, out AsOf asOf));
        return asOf;
    }
}
