using System.Text;
using Duramen.Core.Checksums;
using Duramen.Core.Random;

namespace Duramen.Foundations.Tests.Checksums;

public sealed class Crc32CTests
{
    [Fact]
    public void The_check_value_of_the_polynomial_holds() => Assert.Equal(0xE3069283u, Crc32C.Compute("123456789"u8));

    [Fact]
    public void The_examples_of_RFC_3720_hold()
    {
        byte[] ascending = [.. Enumerable.Range(0, 32).Select(value => (byte)value)];
        byte[] ones = new byte[32];
        Array.Fill(ones, (byte)0xFF);

        Assert.Equal(0x8A9136AAu, Crc32C.Compute(new byte[32]));
        Assert.Equal(0x62A8AB43u, Crc32C.Compute(ones));
        Assert.Equal(0x46DD794Eu, Crc32C.Compute(ascending));
    }

    [Fact]
    public void Every_length_at_every_alignment_gives_what_a_bit_at_a_time_gives()
    {
        byte[] data = RandomBytes(1024 + 8 + 1);
        for (int alignment = 0; alignment < 8; alignment++)
        {
            // The reference grows by one byte a step, so that a whole sweep costs what its longest run costs.
            uint state = uint.MaxValue;
            for (int length = 0; length <= 1024; length++)
            {
                Assert.Equal(~state, Crc32C.Compute(data.AsSpan(alignment, length)));
                state = BitwiseStep(state, data[alignment + length]);
            }
        }
    }

    [Theory]
    [InlineData(383)]
    [InlineData(384)]
    [InlineData((3 * 2048) - 1)]
    [InlineData(3 * 2048)]
    [InlineData((3 * 2048) + 384 + 7)]
    [InlineData(100_003)]
    [InlineData(1 << 20)]
    public void Lanes_give_what_one_stream_and_a_bit_at_a_time_give(int length)
    {
        byte[] data = RandomBytes(length + 3);
        foreach (int start in (int[])[0, 1, 3])
        {
            ReadOnlySpan<byte> span = data.AsSpan(start, length);
            uint expected = Bitwise(span);
            Assert.Equal(expected, Crc32C.Compute(span));
            Assert.Equal(expected, ~Crc32C.AppendSingle(uint.MaxValue, span));
        }
    }

    [Fact]
    public void A_checksum_can_be_continued_and_combined_at_any_cut()
    {
        byte[] data = RandomBytes(9000);
        uint whole = Crc32C.Compute(data);
        foreach (int cut in (int[])[0, 1, 7, 8, 383, 384, 4096, 6144, 8999, 9000])
        {
            uint head = Crc32C.Compute(data.AsSpan(0, cut));
            uint tail = Crc32C.Compute(data.AsSpan(cut));
            Assert.Equal(whole, Crc32C.Append(head, data.AsSpan(cut)));
            Assert.Equal(whole, Crc32C.Combine(head, tail, data.Length - cut));
        }
    }

    [Fact]
    public void Every_single_bit_matters()
    {
        byte[] data = Encoding.ASCII.GetBytes(new string('x', 500));
        uint whole = Crc32C.Compute(data);
        for (int bit = 0; bit < data.Length * 8; bit++)
        {
            data[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.NotEqual(whole, Crc32C.Compute(data));
            data[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    private static byte[] RandomBytes(int length)
    {
        byte[] data = new byte[length];
        new Prng((ulong)length).NextBytes(data);
        return data;
    }

    private static uint Bitwise(ReadOnlySpan<byte> data)
    {
        uint state = uint.MaxValue;
        foreach (byte value in data)
        {
            state = BitwiseStep(state, value);
        }

        return ~state;
    }

    private static uint BitwiseStep(uint state, byte value)
    {
        state ^= value;
        for (int bit = 0; bit < 8; bit++)
        {
            state = (state & 1) != 0 ? (state >> 1) ^ 0x82F63B78 : state >> 1;
        }

        return state;
    }
}
