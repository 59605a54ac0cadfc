using System.Text;
using Duramen.Core.Errors;
using Duramen.Kafka.Messages;
using Duramen.Kafka.Wire;
using Xunit;

namespace Duramen.Kafka.Tests.Wire;

/// <summary>What a frame may say, and that memory is taken only for what it can hold.</summary>
public sealed class KafkaReaderTests
{
    private const short Flexible = 9;
    private const short Plain = 1;

    private delegate void Use(ref KafkaReader reader);

    [Theory]
    [InlineData("0000", Plain, "")]
    [InlineData("FFFF", Plain, null)]
    [InlineData("0002 C3A4", Plain, "ä")]
    [InlineData("01", Flexible, "")]
    [InlineData("00", Flexible, null)]
    [InlineData("03 C3A4", Flexible, "ä")]
    public void Text_is_read_behind_its_length(string hex, short version, string? expected) =>
        Read(hex, version, (ref KafkaReader reader) => Assert.Equal(expected, reader.ReadNullableString("text")));

    [Theory]
    [InlineData("FFFF", Plain)]
    [InlineData("00", Flexible)]
    public void Null_where_text_must_be_is_malformed(string hex, short version) =>
        Fails(hex, version, WireErrors.Malformed, (ref KafkaReader reader) => reader.ReadString("text"));

    [Theory]
    [InlineData("FFFFFFFF", Plain)]
    [InlineData("00", Flexible)]
    public void Null_where_bytes_or_an_array_must_be_is_malformed(string hex, short version)
    {
        Fails(hex, version, WireErrors.Malformed, (ref KafkaReader reader) => reader.ReadBytes("bytes"));
        Fails(hex, version, WireErrors.Malformed, (ref KafkaReader reader) => reader.ReadCount("array", minElementSizeBytes: 1));
        Fails(hex, version, WireErrors.Malformed, (ref KafkaReader reader) => reader.ReadInt32s([], "array"));
        Read(hex, version, (ref KafkaReader reader) => Assert.Null(reader.ReadNullableStrings("array")));
        Read(hex, version, (ref KafkaReader reader) => Assert.True(reader.ReadNullableRecords("records").IsNull));
    }

    [Theory]
    [InlineData("FFFE")]
    [InlineData("8000")]
    public void A_negative_length_of_text_is_malformed(string hex) =>
        Fails(hex, Plain, WireErrors.Malformed, (ref KafkaReader reader) => reader.ReadNullableString("text"));

    [Theory]
    [InlineData("FFFFFFFE", Plain)]
    [InlineData("80000000", Plain)]
    [InlineData("8080808008", Flexible)]
    [InlineData("FFFFFFFF0F", Flexible)]
    public void A_negative_length_is_malformed(string hex, short version)
    {
        Fails(hex, version, WireErrors.Malformed, (ref KafkaReader reader) => reader.ReadBytes("bytes"));
        Fails(hex, version, WireErrors.Malformed, (ref KafkaReader reader) => reader.ReadNullableCount("array", minElementSizeBytes: 1));
    }

    [Theory]
    [InlineData("8000", null)]
    [InlineData("8280808000 61", "a")]
    public void A_padded_varint_is_read(string hex, string? expected) =>
        Read(hex, Flexible, (ref KafkaReader reader) => Assert.Equal(expected, reader.ReadNullableString("text")));

    [Theory]
    [InlineData("FFFFFFFF1F")]
    [InlineData("FFFFFFFFFF01")]
    public void A_varint_that_is_too_wide_or_too_long_is_malformed(string hex) =>
        Fails(hex, Flexible, WireErrors.Malformed, (ref KafkaReader reader) => reader.ReadNullableString("text"));

    [Fact]
    public void Text_that_is_longer_than_the_limit_is_malformed_and_at_the_limit_is_read()
    {
        byte[] longest = [0x80, 0x80, 0x02, .. Encoding.ASCII.GetBytes(new string('x', WireLimits.MaxStringSizeBytes))];
        Read(Convert.ToHexString(longest), Flexible, (ref KafkaReader reader) => Assert.Equal(WireLimits.MaxStringSizeBytes, reader.ReadString("text").Length));
        byte[] longer = [0x81, 0x80, 0x02, .. new byte[WireLimits.MaxStringSizeBytes + 1]];
        Fails(Convert.ToHexString(longer), Flexible, WireErrors.Malformed, (ref KafkaReader reader) => reader.ReadString("text"));
    }

    [Fact]
    public void Text_that_is_not_utf8_is_read_with_replacement_characters() =>
        Read("0003 61FF62", Plain, (ref KafkaReader reader) => Assert.Equal("a\uFFFDb", reader.ReadString("text")));

    [Fact]
    public void Bytes_and_records_are_slices_of_the_frame()
    {
        byte[] frame = [0, 0, 0, 2, 5, 6, 0, 0, 0, 1, 7];
        var reader = new KafkaReader(frame);
        Assert.True(reader.ReadBytes("bytes").Equals(frame.AsMemory(4, 2)));
        Assert.True(reader.ReadNullableRecords("records").ToMemory().Equals(frame.AsMemory(10, 1)));
    }

    [Fact]
    public void A_count_is_held_against_the_bytes_that_are_there_before_memory_is_taken()
    {
        byte[] frame = [0xFF, 0xFF, 0xFF, 0xFF, 0x07, .. new byte[100]];
        long before = GC.GetAllocatedBytesForCurrentThread();
        KafkaWireException? error = Catch(frame, Flexible, (ref KafkaReader reader) => reader.ReadStrings([], "array"));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 16);
        Assert.Equal((WireErrors.Truncated, "array"), (error!.Code, error.Field));
    }

    [Fact]
    public void All_arrays_of_a_frame_together_have_a_limit()
    {
        // 300 topics of 4000 partitions each, in a request that is long enough for them.
        const int topics = 300;
        const int partitions = 4000;
        using var writer = new KafkaWriter();
        var request = new DescribeLogDirsRequest { Topics = [] };
        for (int i = 0; i < topics; i++)
        {
            request.Topics.Add(new() { PartitionIndexes = [.. new int[partitions]] });
        }

        request.Write(writer, version: 1);
        var error = Assert.Throws<KafkaWireException>(() =>
        {
            var reader = new KafkaReader(writer.ToArray());
            DescribeLogDirsRequest.Read(ref reader, version: 1);
        });
        Assert.Equal((WireErrors.Malformed, "Topics[].PartitionIndexes"), (error.Code, error.Field));
        Assert.Contains($"{WireLimits.MaxElements}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tagged_fields_in_order_are_skipped() =>
        Read("02 00 01 AA 05 02 BBCC 77", Flexible, (ref KafkaReader reader) =>
        {
            reader.SkipTags();
            Assert.Equal(0x77, reader.ReadInt8("next"));
        });

    [Theory]
    [InlineData("02 05 00 05 00")]
    [InlineData("02 05 00 04 00")]
    [InlineData("01 FFFFFFFF0F 00")]
    public void Tagged_fields_out_of_order_are_malformed(string hex) =>
        Fails(hex, Flexible, WireErrors.Malformed, (ref KafkaReader reader) => reader.SkipTags());

    [Fact]
    public void More_tagged_fields_than_the_limit_are_malformed_and_as_many_are_skipped()
    {
        byte[] tags = [.. Enumerable.Range(0, WireLimits.MaxTaggedFields).SelectMany(tag => new byte[] { (byte)tag, 0 })];
        Read(Convert.ToHexString([WireLimits.MaxTaggedFields, .. tags]), Flexible, (ref KafkaReader reader) => reader.SkipTags());
        Fails(
            Convert.ToHexString([WireLimits.MaxTaggedFields + 1, .. tags, WireLimits.MaxTaggedFields, 0]),
            Flexible,
            WireErrors.Malformed,
            (ref KafkaReader reader) => reader.SkipTags());
    }

    [Fact]
    public void A_tagged_field_that_is_longer_than_the_frame_is_truncated() =>
        Fails("01 00 05 AABB", Flexible, WireErrors.Truncated, (ref KafkaReader reader) => reader.SkipTags());

    [Theory]
    [InlineData("03")]
    [InlineData("01")]
    public void A_known_tagged_field_of_another_size_than_it_says_is_malformed(string size)
    {
        // CreateTopicsResponse 5: one topic, whose tagged field 0 is an error in two bytes.
        string hex = $"00000000 02 02 61 0000 00 FFFFFFFF FFFF 00 01 00 {size} 0025 00 00 00";
        var error = Assert.Throws<KafkaWireException>(() =>
        {
            var reader = new KafkaReader(Bytes(hex));
            CreateTopicsResponse.Read(ref reader, version: 5);
        });
        Assert.Equal(WireErrors.Malformed, error.Code);
    }

    [Fact]
    public void An_error_says_message_field_and_position()
    {
        var error = Assert.Throws<KafkaWireException>(() =>
        {
            var reader = new KafkaReader(Bytes("FFFF FFFF 00000064 00000001 0001 61 00000001 0000"));
            ProduceRequest.Read(ref reader, version: 3);
        });
        Assert.Equal(("ProduceRequest", "Topics[].Partitions", 15, WireErrors.Truncated), (error.MessageName, error.Field, error.PositionBytes, error.Code));
        Assert.Equal("ProduceRequest, Topics[].Partitions, byte 15: 1 elements of at least 6 bytes do not fit the remaining 2.", error.Message);
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    private static void Read(string hex, short version, Use use)
    {
        var reader = new KafkaReader(Bytes(hex));
        reader.Begin("Test", version, min: 0, max: Flexible, flexible: Flexible);
        use(ref reader);
        reader.End();
    }

    private static void Fails(string hex, short version, ErrorCode code, Use use) => Assert.Equal(code, Catch(Bytes(hex), version, use)?.Code);

    private static KafkaWireException? Catch(byte[] frame, short version, Use use)
    {
        var reader = new KafkaReader(frame);
        reader.Begin("Test", version, min: 0, max: Flexible, flexible: Flexible);
        try
        {
            use(ref reader);
            return null;
        }
        catch (KafkaWireException error)
        {
            return error;
        }
    }
}
