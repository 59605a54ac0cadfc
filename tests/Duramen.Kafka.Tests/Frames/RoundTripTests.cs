using Duramen.Core.Random;
using Duramen.Kafka.Generator.Schemas;
using Duramen.Kafka.Wire;
using Xunit;

namespace Duramen.Kafka.Tests.Frames;

/// <summary>Every message in every version, as the schema says it and as the generated code has it.</summary>
public sealed class RoundTripTests
{
    private const int FramesPerVersion = 40;

    public static TheoryData<string> Names => [.. MessageVersion.Messages.Select(message => message.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_frame_is_read_as_what_it_says_and_written_back_byte_for_byte(string name)
    {
        foreach ((MessageVersion target, MadeFrame frame) in Frames(name, hasUnknownTags: false))
        {
            IKafkaMessage message = MessageCodec.Of(target.Message).Read(frame.Bytes, target.Version);
            Assert.Equal(frame.Lines, MessageText.Lines(message, target));
            Assert.Equal(frame.Bytes, MessageCodec.Write(message, target.Version));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Fields_that_a_version_does_not_have_are_read_as_their_defaults(string name)
    {
        foreach ((MessageVersion target, MadeFrame frame) in Frames(name, hasUnknownTags: false))
        {
            IKafkaMessage message = MessageCodec.Of(target.Message).Read(frame.Bytes, target.Version);
            Assert.Empty(MessageText.NotDefault(message, target.Message.Root, target.Version));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Tagged_fields_that_nobody_knows_are_skipped(string name)
    {
        foreach ((MessageVersion target, MadeFrame frame) in Frames(name, hasUnknownTags: true))
        {
            Assert.Equal(frame.Lines, MessageText.Lines(MessageCodec.Of(target.Message).Read(frame.Bytes, target.Version), target));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_frame_that_is_cut_anywhere_is_a_typed_error(string name)
    {
        foreach ((MessageVersion target, MadeFrame frame) in Frames(name, hasUnknownTags: true).Where((_, index) => index % 20 == 0))
        {
            for (int length = 0; length < frame.Bytes.Length; length++)
            {
                var error = Assert.Throws<KafkaWireException>(() => MessageCodec.Of(target.Message).Read(frame.Bytes.AsMemory(0, length), target.Version));
                Assert.Equal(WireErrors.Truncated, error.Code);
                Assert.Equal(target.Message.Name, error.MessageName);
                Assert.InRange(error.PositionBytes, 0, length);
                Assert.NotEmpty(error.Field);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_byte_after_the_end_is_an_error(string name)
    {
        foreach ((MessageVersion target, MadeFrame frame) in Frames(name, hasUnknownTags: false))
        {
            var error = Assert.Throws<KafkaWireException>(() => MessageCodec.Of(target.Message).Read((byte[])[.. frame.Bytes, 0], target.Version));
            Assert.Equal((WireErrors.Malformed, frame.Bytes.Length), (error.Code, error.PositionBytes));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_version_that_does_not_exist_is_neither_read_nor_written(string name)
    {
        Message message = MessageVersion.Named(name);
        foreach (int version in new[] { -1, message.Api.Versions.Min - 1, message.Api.Versions.Max + 1, short.MaxValue })
        {
            Assert.Equal(WireErrors.UnsupportedVersion, Assert.Throws<KafkaWireException>(() => MessageCodec.Of(message).Read(new byte[100], (short)version)).Code);
            Assert.Equal(
                WireErrors.UnsupportedVersion,
                Assert.Throws<KafkaWireException>(() => MessageCodec.Write(MessageCodec.Of(message).Create(), (short)version)).Code);
        }
    }

    private static IEnumerable<(MessageVersion Target, MadeFrame Frame)> Frames(string name, bool hasUnknownTags) =>
        from target in MessageVersion.All
        where target.Message.Name == name
        from index in Enumerable.Range(0, FramesPerVersion)
        let random = Prng.ForStream(7, target.ToString(), index)
        select (target, new FrameMaker(random, target) { HasUnknownTags = hasUnknownTags }.Make());
}
