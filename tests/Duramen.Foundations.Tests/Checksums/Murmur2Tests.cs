using System.Text;
using Duramen.Core.Checksums;

namespace Duramen.Foundations.Tests.Checksums;

public sealed class Murmur2Tests
{
    [Theory]
    [InlineData("21", -973932308)]
    [InlineData("foobar", -790332482)]
    [InlineData("a-little-bit-long-string", -985981536)]
    [InlineData("a-little-bit-longer-string", -1486304829)]
    [InlineData("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971)]
    [InlineData("abc", 479470107)]
    public void A_key_has_the_hash_that_Kafkas_own_producer_gives_it(string key, int hash) =>
        Assert.Equal(hash, (int)Murmur2.Hash(Encoding.UTF8.GetBytes(key)));

    [Fact]
    public void Every_hash_gives_a_partition_that_there_is()
    {
        for (int key = 0; key < 1_000; key++)
        {
            Assert.InRange(Murmur2.PartitionOf(BitConverter.GetBytes(key), 7), 0, 6);
        }
    }
}
