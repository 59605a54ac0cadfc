using System.Globalization;
using Duramen.Kafka.Generator.Schemas;
using Duramen.Kafka.Tests.Frames;
using Duramen.Kafka.Wire;
using Xunit;

namespace Duramen.Kafka.Tests.Golden;

/// <summary>Frames written by hand from the facts of the protocol, which neither the schema nor the code was asked for.</summary>
public sealed class GoldenFrameTests
{
    public static TheoryData<int, string> Frames
    {
        get
        {
            var data = new TheoryData<int, string>();
            for (int i = 0; i < GoldenFrame.All.Count; i++)
            {
                data.Add(i, GoldenFrame.All[i].ToString());
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Frames))]
    public void A_frame_says_what_was_written_by_hand_and_is_written_the_same(int index, string name)
    {
        GoldenFrame golden = GoldenFrame.All[index];
        Assert.Equal(name, golden.ToString());
        Message message = golden.Target.Message;
        KafkaApi api = KafkaApis.Find((short)message.Api.Key)!;
        short version = golden.Target.Version;
        var reader = new KafkaReader(golden.Bytes);
        var lines = new List<string> { Line("size", reader.ReadInt32("size")) };
        using var writer = new KafkaWriter();
        FrameStart start = writer.BeginFrame();
        if (message.IsRequest)
        {
            RequestHeader header = RequestHeader.Read(ref reader);
            Assert.Same(api, header.Api);
            lines.Add(Line("api key", header.ApiKey));
            lines.Add(Line("api version", header.ApiVersion));
            lines.Add(Line("correlation id", header.CorrelationId));
            lines.Add(Line("client id", header.ClientId));
            header.Write(writer);
        }
        else
        {
            ResponseHeader header = ResponseHeader.Read(ref reader, api, version);
            lines.Add(Line("correlation id", header.CorrelationId));
            header.Write(writer, api, version);
        }

        IKafkaMessage read = MessageCodec.Of(message).Read(ref reader, version);
        lines.AddRange(MessageText.Lines(read, golden.Target));
        Assert.Equal(golden.Lines, lines);

        read.Write(writer, version);
        writer.EndFrame(start);
        Assert.Equal(golden.Bytes, writer.ToArray());
    }

    [Fact]
    public void Every_message_has_a_frame_and_every_flexible_api_has_a_flexible_one()
    {
        foreach (Message message in MessageVersion.Messages)
        {
            Assert.Contains(GoldenFrame.All, golden => golden.Target.Message == message);
            Message[] both = [message.Api.Request, message.Api.Response];
            Assert.True(
                message.Api.Flexible.IsEmpty || GoldenFrame.All.Any(golden => both.Contains(golden.Target.Message) && golden.Target.IsFlexible),
                $"{message.Api.Name} has no flexible frame");
        }
    }

    private static string Line(string name, object? value) => string.Create(CultureInfo.InvariantCulture, $"{name} = {MessageText.Text(value)}");
}
