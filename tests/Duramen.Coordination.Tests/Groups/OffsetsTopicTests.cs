using Duramen.Coordination.Groups;

namespace Duramen.Coordination.Tests.Groups;

public sealed class OffsetsTopicTests
{
    [Theory]
    [InlineData("", 50, 0)]
    [InlineData("abc", 50, 4)] // 96354
    [InlineData("Aa", 50, 12)] // 2112
    [InlineData("BB", 50, 12)] // 2112
    [InlineData("hello world", 7, 1794106052 % 7)]
    [InlineData("abcdefg", 50, 1206291356 % 50)] // -1206291356
    [InlineData("polygenelubricants", 50, 0)] // the smallest number
    public void A_group_is_where_the_hash_of_javas_strings_says(string groupId, int partitionCount, int partition) =>
        Assert.Equal(partition, OffsetsTopic.PartitionOf(groupId, partitionCount));
}
