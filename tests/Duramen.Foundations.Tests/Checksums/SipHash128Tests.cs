using System.Buffers.Binary;
using Duramen.Core.Checksums;
using Xunit;

namespace Duramen.Foundations.Tests.Checksums;

/// <summary>The expected values were computed with OpenSSL's SIPHASH (size 16), for the bytes 0, 1, 2... under the key 00..0f.</summary>
public sealed class SipHash128Tests
{
    [Theory]
    [InlineData(0, "A3817F04BA25A8E66DF67214C7550293")]
    [InlineData(1, "DA87C1D86B99AF44347659119B22FC45")]
    [InlineData(7, "A1F1EBBED8DBC153C0B84AA61FF08239")]
    [InlineData(8, "3B62A9BA6258F5610F83E264F31497B4")]
    [InlineData(15, "5493E99933B0A8117E08EC0F97CFC3D9")]
    [InlineData(16, "6EE2A4CA67B054BBFD3315BF85230577")]
    [InlineData(17, "473D06E8738DB89854C066C47AE47740")]
    [InlineData(40, "DF6A301E95C95DAD97AE0CC8C6913BD8")]
    public void The_hash_is_that_of_other_implementations(int length, string expected)
    {
        var hash = new SipHash128(Ascending(SipHash128.KeySizeBytes));

        (ulong first, ulong second) = hash.Compute(Ascending(length));

        byte[] bytes = new byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, first);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8), second);
        Assert.Equal(expected, Convert.ToHexString(bytes));
    }

    [Fact]
    public void A_key_of_another_size_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new SipHash128(new byte[15]));

    private static byte[] Ascending(int length) => [.. Enumerable.Range(0, length).Select(value => (byte)value)];
}
