using System.Buffers.Binary;
using Duramen.Broker.Tests.Handlers;
using Duramen.Core.Checksums;
using Duramen.Core.Ids;
using Duramen.Core.Random;
using Duramen.Kafka;
using Duramen.Records.Batches;
using Duramen.Records.Compression;
using Duramen.Testing.Kafka;

namespace Duramen.Broker.Tests.Hostile;

/// <summary>Batches whose headers say what is not so, with a checksum that says they do.</summary>
public sealed class LyingBatchTests
{
    private const int Cases = 3000;

    // Position and size of every field of the header that a producer decides.
    private static readonly (int At, int Size)[] Fields =
    [
        (RecordBatchLayout.BaseOffset, 8), (RecordBatchLayout.BatchLength, 4), (RecordBatchLayout.Magic, 1), (RecordBatchLayout.Attributes, 2),
        (RecordBatchLayout.LastOffsetDelta, 4), (RecordBatchLayout.BaseTimestamp, 8), (RecordBatchLayout.MaxTimestamp, 8), (RecordBatchLayout.ProducerId, 8),
        (RecordBatchLayout.ProducerEpoch, 2), (RecordBatchLayout.BaseSequence, 4), (RecordBatchLayout.RecordCount, 4),
    ];

    private static readonly long[] Lies = [0, 1, -1, -2, 2, short.MaxValue, short.MinValue, int.MaxValue, int.MinValue, long.MaxValue, long.MinValue, 100_001, 1 << 24];

    [Fact]
    public async Task A_batch_that_lies_is_refused_or_is_one_that_every_reader_can_read()
    {
        await using HostileBroker broker = await HostileBroker.StartAsync();
        using (WireClient client = await broker.Broker.ConnectAsync("plain"))
        {
            using WireClient other = await broker.Broker.ConnectAsync("stamped", 1, ("message.timestamp.type", "LogAppendTime"), ("compression.type", "gzip"));
            int refused = 0;
            int cases = 0;
            foreach (int index in Attack.Cases(Cases))
            {
                Prng random = Prng.ForStream(9, "lies", index);
                byte[] batch = Lie(random);
                var answer = await TestBroker.ProduceAsync(client, random.NextBool() ? "plain" : "stamped", batch, version: (short)(3 + random.NextInt32(7)));
                refused += answer.ErrorCode == KafkaError.None ? 0 : 1;
                cases++;
                broker.Log.AssertEmpty($"case {index}: {Convert.ToHexString(batch)}");
            }

            Assert.True(refused > cases / 2 && refused < cases, $"{refused} of {cases} were refused");
            foreach (string topic in new[] { "plain", "stamped" })
            {
                for (long next = 0; ;)
                {
                    var fetched = await TestBroker.FetchAsync(client, TestBroker.Fetch(topic, next));
                    Assert.Equal(KafkaError.None, fetched.ErrorCode);
                    if (fetched.Records.Length == 0)
                    {
                        Assert.Equal(fetched.HighWatermark, next);
                        break;
                    }

                    next += TestBroker.Values(fetched.Records).Count;
                }
            }
        }

        await broker.AssertUnharmedAsync("lying batches");
    }

    private static byte[] Lie(Prng random)
    {
        using var builder = new RecordBatchBuilder { Codec = (CompressionCodec)random.NextInt32(RecordCompression.IsAvailable(CompressionCodec.Zstd) ? 5 : 4) };
        if (random.NextBool())
        {
            builder.SetProducer(new ProducerId(random.NextInt32(5)), 0, random.NextInt32(5));
        }

        int count = 1 + random.NextInt32(5);
        for (int record = 0; record < count; record++)
        {
            builder.Append(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), new byte[random.NextInt32(5)], new byte[random.NextInt32(200)]);
        }

        byte[] batch = builder.Build().ToArray();
        Span<byte> value = stackalloc byte[sizeof(long)];
        for (int lies = random.NextInt32(3); lies > 0; lies--)
        {
            (int at, int size) = random.Pick<(int At, int Size)>(Fields);
            value.Clear();
            batch.AsSpan(at, size).CopyTo(value[^size..]);
            long said = BinaryPrimitives.ReadInt64BigEndian(value);
            BinaryPrimitives.WriteInt64BigEndian(value, random.NextInt32(3) switch { 0 => said + 1, 1 => said - 1, _ => random.Pick<long>(Lies) });
            value[^size..].CopyTo(batch.AsSpan(at, size));
        }

        if (random.NextBool(0.3))
        {
            batch[RecordBatchLayout.Records + random.NextInt32(batch.Length - RecordBatchLayout.Records)] ^= (byte)(1 << random.NextInt32(8));
        }

        return random.NextBool(0.05) ? batch[..random.NextInt32(batch.Length)] : Seal(batch);
    }

    internal static byte[] Seal(byte[] batch)
    {
        BinaryPrimitives.WriteUInt32BigEndian(batch.AsSpan(RecordBatchLayout.Crc), Crc32C.Compute(batch.AsSpan(RecordBatchLayout.Attributes)));
        return batch;
    }
}
