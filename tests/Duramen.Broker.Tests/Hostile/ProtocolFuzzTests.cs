using System.Buffers.Binary;
using Duramen.Core.Random;
using Duramen.Kafka.Tests.Frames;
using Duramen.Testing.Kafka;

namespace Duramen.Broker.Tests.Hostile;

/// <summary>
/// Requests of every API in every version, made from the schema and damaged where it hurts, against a broker that has topics and groups of the names in them.
/// <c>DURAMEN_FUZZ_SECONDS</c> makes it look for longer.
/// </summary>
public sealed class ProtocolFuzzTests
{
    private const int Cases = 3000;
    private const int Attackers = 8;

    private static readonly MessageVersion[] Requests = [.. MessageVersion.All.Where(version => version.Message.Name.EndsWith("Request", StringComparison.Ordinal))];
    private static readonly uint[] Lies = [0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x10_0000, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFE, 0xFFFF_FFFF];

    [Fact]
    public async Task Any_damaged_request_is_answered_or_closes_its_connection_and_harms_nobody()
    {
        await using HostileBroker broker = await HostileBroker.StartAsync(options => options with
        {
            Connections = options.Connections with { NewConnectionsPerSecond = 1_000_000 },
        });
        (await broker.Broker.ConnectAsync("topic-1", partitions: 3)).Dispose();
        (await broker.Broker.ConnectAsync("a", partitions: 1, ("cleanup.policy", "compact"))).Dispose();
        int answers = 0;
        await Parallel.ForEachAsync(Attack.Cases(Cases), new ParallelOptions { MaxDegreeOfParallelism = Attackers }, async (index, _) =>
        {
            Prng random = Prng.ForStream(5, "hostile", index);
            byte[][] frames = [.. Enumerable.Range(0, 1 + random.NextInt32(4)).Select(_ => Frame(random))];
            try
            {
                Interlocked.Add(ref answers, await Attack.SendAsync(broker, frames));
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"No end of case {index}: {string.Join(' ', frames.Select(Convert.ToHexString))}");
            }

            broker.Log.AssertEmpty($"case {index}: {string.Join(' ', frames.Select(Convert.ToHexString))}");
        });

        // Damage that always ends the connection would find nothing behind the decoder.
        Assert.True(answers > Cases / 4, $"{answers} answers");
        await broker.AssertUnharmedAsync($"{Cases} cases");
    }

    private static byte[] Frame(Prng random)
    {
        MessageVersion target = random.Pick<MessageVersion>(Requests);
        MadeFrame made = new FrameMaker(random, target) { HasUnknownTags = true }.Make();
        byte[] body = made.Bytes;
        if (random.NextBool(0.5))
        {
            body = Damage(random, made);
        }

        short version = random.NextBool(0.95) ? target.Version : (short)(random.NextInt32(40) - 10);
        byte[] frame = Attack.Frame((short)target.Message.Api.Key, version, body, correlation: random.NextInt32(int.MaxValue));
        if (random.NextBool(0.05))
        {
            BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length - 4 + random.NextInt32(9) - 4);
        }

        return frame;
    }

    private static byte[] Damage(Prng random, MadeFrame made)
    {
        List<byte> body = [.. made.Bytes];
        Span<byte> lie = stackalloc byte[sizeof(uint)];
        for (int round = random.NextInt32(3); round >= 0 && body.Count > 0; round--)
        {
            int position = random.NextInt32(body.Count);
            switch (random.NextInt32(6))
            {
                case 0:
                    body[position] ^= (byte)(1 << random.NextInt32(8));
                    break;
                case 1:
                    body.RemoveRange(position, Math.Min(1 + random.NextInt32(8), body.Count - position));
                    break;
                case 2:
                    body.InsertRange(position, body.GetRange(position, Math.Min(1 + random.NextInt32(32), body.Count - position)));
                    break;
                default:
                    position = made.Lengths.Count == 0 ? 0 : made.Lengths[random.NextInt32(made.Lengths.Count)];
                    BinaryPrimitives.WriteUInt32BigEndian(lie, random.Pick<uint>(Lies));
                    int size = 1 << random.NextInt32(3);
                    for (int at = 0; at < size && position + at < body.Count; at++)
                    {
                        body[position + at] = lie[4 - size + at];
                    }

                    break;
            }
        }

        return [.. body];
    }
}
