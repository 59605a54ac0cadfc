using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using Duramen.Core.Random;
using Duramen.Kafka.Wire;
using Xunit;

namespace Duramen.Kafka.Tests.Frames;

/// <summary>
/// Frames that are damaged where it hurts: a frame is either a message or a typed error, and costs no more memory than its length allows.
/// Set DURAMEN_FUZZ_SECONDS to look for longer than the built-in number of frames.
/// </summary>
public sealed class FrameFuzzTests
{
    private const int Cases = 40_000;

    // The dearest element is a structure of a few bytes on the wire: an object, a list and their places in lists. An error has a message and a stack.
    private const int AllowedBytesPerByte = 100;
    private const int AllowedBytes = 64 * 1024;

    private static readonly uint[] Lies = [0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x10_0000, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFE, 0xFFFF_FFFF];

    [Fact]
    public void A_damaged_frame_is_a_message_or_a_typed_error_and_takes_bounded_memory()
    {
        TimeSpan duration = int.TryParse(Environment.GetEnvironmentVariable("DURAMEN_FUZZ_SECONDS"), CultureInfo.InvariantCulture, out int seconds)
            ? TimeSpan.FromSeconds(seconds)
            : TimeSpan.Zero;
        long start = Stopwatch.GetTimestamp();
        int messages = 0;
        int errors = 0;
        for (int index = 0; index < Cases || Stopwatch.GetElapsedTime(start) < duration; index++)
        {
            Prng random = Prng.ForStream(11, "fuzz", index);
            MessageVersion target = MessageVersion.All[random.NextInt32(MessageVersion.All.Count)];
            byte[] frame = Damage(random, new FrameMaker(random, target) { HasUnknownTags = true }.Make());
            if (IsMessage(target, frame, index))
            {
                messages++;
            }
            else
            {
                errors++;
            }
        }

        // Damage that never did any, or always, would find nothing.
        Assert.True(messages > Cases / 100 && errors > Cases / 2, $"{messages} messages, {errors} errors");
    }

    private static bool IsMessage(MessageVersion target, byte[] frame, int index)
    {
        string place = string.Create(CultureInfo.InvariantCulture, $"case {index}, {target}: {Convert.ToHexString(frame)}");
        long before = GC.GetAllocatedBytesForCurrentThread();
        IKafkaMessage? message = null;
        try
        {
            message = MessageCodec.Of(target.Message).Read(frame, target.Version);
        }
        catch (KafkaWireException error)
        {
            Assert.True(error.PositionBytes >= 0 && error.PositionBytes <= frame.Length, place);
        }
        catch (Exception error) when (error is not Xunit.Sdk.XunitException)
        {
            Assert.Fail($"{error.GetType()} in {place}");
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated <= ((long)frame.Length * AllowedBytesPerByte) + AllowedBytes, $"{allocated} bytes for {frame.Length} in {place}");
        if (message is null)
        {
            return false;
        }

        // What was read can be written, and says the same when it is read again.
        byte[] written = MessageCodec.Write(message, target.Version);
        Assert.Equal(MessageText.Lines(message, target), MessageText.Lines(MessageCodec.Of(target.Message).Read(written, target.Version), target));
        return true;
    }

    private static byte[] Damage(Prng random, MadeFrame made)
    {
        List<byte> frame = [.. made.Bytes];
        int rounds = 1 + random.NextInt32(3);
        for (int round = 0; round < rounds && frame.Count > 0; round++)
        {
            int position = random.NextInt32(frame.Count);
            switch (random.NextInt32(8))
            {
                case 0:
                    frame[position] ^= (byte)(1 << random.NextInt32(8));
                    break;
                case 1:
                    frame[position] = (byte)random.NextUInt64();
                    break;
                case 2:
                    frame.RemoveRange(position, Math.Min(1 + random.NextInt32(8), frame.Count - position));
                    break;
                case 3:
                    byte[] inserted = new byte[1 + random.NextInt32(8)];
                    random.NextBytes(inserted);
                    frame.InsertRange(position, inserted);
                    break;
                case 4:
                    frame.InsertRange(position, frame.GetRange(position, Math.Min(1 + random.NextInt32(32), frame.Count - position)));
                    break;
                default:
                    Lie(random, frame, made.Lengths);
                    break;
            }
        }

        return [.. frame];
    }

    // Overwrites a length, a count or a tag with one that is wrong in an interesting way.
    private static void Lie(Prng random, List<byte> frame, List<int> lengths)
    {
        int position = lengths.Count == 0 ? 0 : lengths[random.NextInt32(lengths.Count)];
        uint lie = random.NextBool() ? random.Pick<uint>(Lies) : (uint)random.NextInt32(300);
        byte[] bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, lie);
        byte[] encoding = random.NextInt32(3) switch
        {
            0 => bytes,
            1 => bytes[2..],
            _ => Varint(lie),
        };
        for (int i = 0; i < encoding.Length && position + i < frame.Count; i++)
        {
            frame[position + i] = encoding[i];
        }
    }

    private static byte[] Varint(uint value)
    {
        byte[] bytes = new byte[Duramen.Core.Binary.Varint.MaxSizeBytes32];
        int size = Duramen.Core.Binary.Varint.WriteUnsigned(bytes, value);
        return bytes[..size];
    }
}
