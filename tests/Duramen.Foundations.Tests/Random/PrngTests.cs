using Duramen.Core.Random;

namespace Duramen.Foundations.Tests.Random;

public sealed class PrngTests
{
    [Fact]
    public void The_sequence_is_xoshiro256_starstar()
    {
        Prng prng = Prng.FromState((1, 2, 3, 4));

        Assert.Equal([11520, 0, 1509978240, 1215971899390074240], Take(prng));
    }

    [Fact]
    public void A_seed_gives_the_same_numbers_for_ever()
    {
        Assert.Equal([0x99EC5F36CB75F2B4, 0xBF6E1F784956452A, 0x1A5F849D4933E6E0, 0x6AA594F1262D2D2C], Take(new Prng(0)));
        Assert.Equal([0x15780B2E0C2EC716, 0x6104D9866D113A7E, 0xAE17533239E499A1, 0xECB8AD4703B360A1], Take(new Prng(42)));
    }

    [Fact]
    public void A_stream_gives_the_same_numbers_for_ever() => Assert.Equal(
        [0x9E3782E9C8B7BAAD, 0xE4EFABF3D2BA2167, 0xB68395E46963E1C4, 0xB0DBAD5339060CCE],
        Take(Prng.ForStream(42, "net", 3)));

    [Fact]
    public void Streams_of_another_seed_name_or_index_are_other_streams()
    {
        ulong[] firsts =
        [
            Prng.ForStream(1, "net", 1).NextUInt64(),
            Prng.ForStream(2, "net", 1).NextUInt64(),
            Prng.ForStream(1, "disk", 1).NextUInt64(),
            Prng.ForStream(1, "net", 2).NextUInt64(),
            Prng.ForStream(1, "net1", 0).NextUInt64(),
            Prng.ForStream(1, "", 1).NextUInt64(),
            new Prng(1).NextUInt64(),
        ];

        Assert.Equal(firsts.Length, firsts.Distinct().Count());
    }

    [Fact]
    public void A_stored_state_goes_on_where_it_stood()
    {
        Prng prng = new(7);
        prng.NextUInt64();
        Prng copy = Prng.FromState(prng.State);

        Assert.Equal(Take(prng), Take(copy));
    }

    [Fact]
    public void Bounded_numbers_stay_in_their_bounds_and_reach_both_ends()
    {
        Prng prng = new(11);
        HashSet<long> seen = [];
        for (int i = 0; i < 1000; i++)
        {
            long value = prng.NextInt64(-3, 4);
            Assert.InRange(value, -3, 3);
            seen.Add(value);
            Assert.InRange(prng.NextDouble(), 0.0, 0.9999999999999999);
            Assert.InRange(prng.NextInt64(long.MinValue, long.MaxValue), long.MinValue, long.MaxValue - 1);
        }

        Assert.Equal(7, seen.Count);
        Assert.Equal(0, prng.NextInt32(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => prng.NextInt32(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => prng.NextInt64(5, 5));
    }

    [Fact]
    public void Probability_zero_never_happens_and_one_always()
    {
        Prng prng = new(12);
        for (int i = 0; i < 1000; i++)
        {
            Assert.False(prng.NextBool(0));
            Assert.True(prng.NextBool(1));
        }
    }

    [Fact]
    public void A_shuffle_loses_nothing()
    {
        int[] items = [.. Enumerable.Range(0, 100)];
        new Prng(3).Shuffle(items.AsSpan());

        Assert.NotEqual(Enumerable.Range(0, 100), items);
        Assert.Equal(Enumerable.Range(0, 100), items.Order());
    }

    [Fact]
    public void Bytes_are_the_little_end_of_each_number_first()
    {
        byte[] bytes = new byte[11];
        new Prng(0).NextBytes(bytes);

        Assert.Equal("B4F275CB365FEC992A4556", Convert.ToHexString(bytes));
    }

    private static ulong[] Take(Prng prng) => [prng.NextUInt64(), prng.NextUInt64(), prng.NextUInt64(), prng.NextUInt64()];
}
