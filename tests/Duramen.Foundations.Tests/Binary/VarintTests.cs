using Duramen.Core.Binary;
using FsCheck;
using FsCheck.Fluent;

namespace Duramen.Foundations.Tests.Binary;

public sealed class VarintTests
{
    [Theory]
    [InlineData(0, "00")]
    [InlineData(-1, "01")]
    [InlineData(1, "02")]
    [InlineData(63, "7E")]
    [InlineData(-64, "7F")]
    [InlineData(64, "8001")]
    [InlineData(8191, "FE7F")]
    [InlineData(8192, "808001")]
    [InlineData(int.MaxValue, "FEFFFFFF0F")]
    [InlineData(int.MinValue, "FFFFFFFF0F")]
    [InlineData(long.MaxValue, "FEFFFFFFFFFFFFFFFF01")]
    [InlineData(long.MinValue, "FFFFFFFFFFFFFFFFFF01")]
    public void Zigzag_numbers_have_the_encoding_of_the_format(long value, string hex)
    {
        byte[] buffer = new byte[Varint.MaxSizeBytes64];
        int sizeBytes = Varint.Write(buffer, value);

        Assert.Equal(hex, Convert.ToHexString(buffer.AsSpan(0, sizeBytes)));
        Assert.Equal(sizeBytes, Varint.SizeOf(value));
    }

    [Fact]
    public void Every_number_reads_back_and_no_prefix_of_it_does()
    {
        Check.QuickThrowOnFailure(Prop.ForAll(
            ArbMap.Default.ArbFor<DoNotSize<long>>(),
            item =>
            {
                long value = item.Item;
                byte[] buffer = new byte[Varint.MaxSizeBytes64];
                int size = Varint.Write(buffer, value);
                Assert.True(Varint.TryRead64(buffer, out long back, out int read));
                Assert.Equal((value, size), (back, read));
                for (int length = 0; length < size; length++)
                {
                    Assert.False(Varint.TryRead64(buffer.AsSpan(0, length), out _, out int consumed));
                    Assert.Equal(0, consumed);
                }

                int narrow = (int)value;
                size = Varint.Write(buffer, narrow);
                Assert.True(Varint.TryRead32(buffer, out int backNarrow, out read));
                Assert.Equal((narrow, size, size), (backNarrow, read, Varint.SizeOf(narrow)));
                size = Varint.WriteUnsigned(buffer, (uint)narrow);
                Assert.True(Varint.TryReadUnsigned32(buffer, out uint backUnsigned, out read));
                Assert.Equal(((uint)narrow, size), (backUnsigned, read));
            }));
    }

    [Fact]
    public void The_computed_size_is_right_around_every_power_of_two()
    {
        byte[] buffer = new byte[Varint.MaxSizeBytes64];
        for (int bit = 0; bit < 64; bit++)
        {
            foreach (ulong value in (ulong[])[(1UL << bit) - 1, 1UL << bit, (1UL << bit) + 1])
            {
                Assert.Equal(Varint.WriteUnsigned(buffer, value), Varint.SizeOfUnsigned(value));
            }
        }
    }

    [Theory]
    [InlineData("8000")] // padded zero
    [InlineData("FF00")] // padded 127
    [InlineData("FFFFFFFF1F")] // 33 bits
    [InlineData("FFFFFFFF8F00")] // six bytes
    [InlineData("808080808000")] // six bytes of zero
    public void A_padded_or_too_wide_32_bit_number_is_refused(string hex)
    {
        Assert.False(Varint.TryReadUnsigned32(Convert.FromHexString(hex), out _, out _));
        Assert.False(Varint.TryRead32(Convert.FromHexString(hex), out _, out _));
    }

    [Theory]
    [InlineData("8000")]
    [InlineData("FFFFFFFFFFFFFFFFFF02")] // 65 bits
    [InlineData("FFFFFFFFFFFFFFFFFF8100")] // eleven bytes
    public void A_padded_or_too_wide_64_bit_number_is_refused(string hex)
    {
        Assert.False(Varint.TryReadUnsigned64(Convert.FromHexString(hex), out _, out _));
        Assert.False(Varint.TryRead64(Convert.FromHexString(hex), out _, out _));
    }
}
