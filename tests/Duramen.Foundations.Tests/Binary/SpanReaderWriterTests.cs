using Duramen.Core.Binary;
using Duramen.Core.Errors;

namespace Duramen.Foundations.Tests.Binary;

public sealed class SpanReaderWriterTests
{
    [Fact]
    public void What_was_written_reads_back_and_is_big_endian()
    {
        byte[] buffer = new byte[64];
        SpanWriter writer = new(buffer);
        writer.WriteByte(1);
        writer.WriteInt16(-2);
        writer.WriteUInt16(0xFFFE);
        writer.WriteInt32(0x01020304);
        writer.WriteUInt32(uint.MaxValue);
        writer.WriteInt64(long.MinValue);
        writer.WriteUInt64(ulong.MaxValue);
        writer.WriteUnsignedVarint(300);
        writer.WriteVarint(-300);
        int textSize = writer.WriteUtf8("größe");
        writer.WriteBytes([7, 8]);

        Assert.Equal("01FFFEFFFE01020304", Convert.ToHexString(writer.Written[..9]));
        SpanReader reader = new(writer.Written);
        Assert.Equal(1, reader.ReadByte());
        Assert.Equal(-2, reader.ReadInt16());
        Assert.Equal(0xFFFE, reader.ReadUInt16());
        Assert.Equal(0x01020304, reader.ReadInt32());
        Assert.Equal(uint.MaxValue, reader.ReadUInt32());
        Assert.Equal(long.MinValue, reader.ReadInt64());
        Assert.Equal(ulong.MaxValue, reader.ReadUInt64());
        Assert.Equal(300u, reader.ReadUnsignedVarint32());
        Assert.Equal(-300, reader.ReadVarint32());
        Assert.Equal("größe", reader.ReadUtf8(textSize));
        Assert.Equal([7, 8], reader.ReadBytes(2).ToArray());
        Assert.True(reader.IsAtEnd);
    }

    [Fact]
    public void Reading_past_the_end_says_where_and_moves_nothing()
    {
        SpanReader reader = new(new byte[7]);
        reader.ReadInt32();
        BinaryFormatException? error = null;
        try
        {
            reader.ReadInt32();
        }
        catch (BinaryFormatException caught)
        {
            error = caught;
        }

        Assert.Equal(CoreErrors.InputTruncated, error?.Code);
        Assert.Equal("At byte 4 of 7 the format needs 4 bytes, 3 are there.", error?.Message);
        Assert.False(reader.TryReadInt32(out _));
        Assert.False(reader.TryReadBytes(-1, out _));
        Assert.False(reader.TryReadBytes(int.MaxValue, out _));
        Assert.Equal(4, reader.Position);
        Assert.True(reader.TryReadInt16(out _));
    }

    [Fact]
    public void Text_that_is_not_UTF_8_is_malformed()
    {
        BinaryFormatException error = Assert.Throws<BinaryFormatException>(() => new SpanReader([0xC3, 0x28]).ReadUtf8(2));

        Assert.Equal(CoreErrors.InputMalformed, error.Code);
    }

    [Fact]
    public void A_field_that_does_not_fit_is_refused_whole()
    {
        byte[] buffer = new byte[6];
        SpanWriter writer = new(buffer);
        writer.WriteInt32(-1);
        BinaryFormatException? error = null;
        try
        {
            writer.WriteInt32(-1);
        }
        catch (BinaryFormatException caught)
        {
            error = caught;
        }

        Assert.Equal(CoreErrors.BufferFull, error?.Code);
        Assert.Equal(4, writer.Position);
        Assert.Equal([0xFF, 0xFF, 0xFF, 0xFF, 0, 0], buffer);
    }
}
