using System.Buffers.Binary;
using System.IO.Compression;
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

    [Theory]
    [InlineData(CompressionCodec.Gzip)]
    [InlineData(CompressionCodec.Snappy)]
    [InlineData(CompressionCodec.Lz4)]
    [InlineData(CompressionCodec.Zstd)]
    public async Task A_batch_that_decompresses_to_far_more_than_it_is_is_refused_within_bounded_memory(CompressionCodec codec)
    {
        await using HostileBroker broker = await HostileBroker.StartAsync();
        using (WireClient client = await broker.Broker.ConnectAsync("t", 1, ("max.message.bytes", "100000000"), ("segment.bytes", "200000000")))
        {
            byte[] bomb = Bomb(codec);
            long before = GC.GetTotalAllocatedBytes(precise: true);
            for (int round = 0; round < 10; round++)
            {
                var answer = await TestBroker.ProduceAsync(client, "t", bomb);
                Assert.NotEqual(KafkaError.None, answer.ErrorCode);
                Assert.Contains(" bytes of compressed records decompress", answer.ErrorMessage, StringComparison.Ordinal);
            }

            long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
            Assert.True(allocated < 512L << 20, $"{allocated} bytes for 10 bombs of {bomb.Length}");
        }

        await broker.AssertUnharmedAsync("a bomb");
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

    private static byte[] Seal(byte[] batch)
    {
        BinaryPrimitives.WriteUInt32BigEndian(batch.AsSpan(RecordBatchLayout.Crc), Crc32C.Compute(batch.AsSpan(RecordBatchLayout.Attributes)));
        return batch;
    }

    /// <summary>A batch of one record that is as much longer than its bytes as the codec allows, up to a gigabyte.</summary>
    private static byte[] Bomb(CompressionCodec codec)
    {
        byte[] compressed = codec switch
        {
            CompressionCodec.Gzip => Gzip(),
            CompressionCodec.Zstd => Zstd(),
            CompressionCodec.Lz4 => Lz4(),
            _ => Snappy(),
        };
        byte[] batch = new byte[RecordBatchLayout.HeaderSizeBytes + compressed.Length];
        compressed.CopyTo(batch.AsSpan(RecordBatchLayout.Records));
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(RecordBatchLayout.BatchLength), batch.Length - RecordBatchLayout.LengthPrefixSizeBytes);
        batch[RecordBatchLayout.Magic] = RecordBatchLayout.CurrentMagic;
        batch[RecordBatchLayout.Attributes + 1] = (byte)codec;
        long now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        BinaryPrimitives.WriteInt64BigEndian(batch.AsSpan(RecordBatchLayout.BaseTimestamp), now);
        BinaryPrimitives.WriteInt64BigEndian(batch.AsSpan(RecordBatchLayout.MaxTimestamp), now);
        batch.AsSpan(RecordBatchLayout.ProducerId, 14).Fill(0xFF);
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(RecordBatchLayout.RecordCount), 1);
        return Seal(batch);
    }

    private static byte[] Gzip()
    {
        var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.SmallestSize))
        {
            byte[] zeros = new byte[1 << 20];
            for (int round = 0; round < 200; round++)
            {
                gzip.Write(zeros);
            }
        }

        return output.ToArray();
    }

    // A frame of run-length blocks of 128 KiB each, four bytes long.
    private static byte[] Zstd()
    {
        const int Blocks = 2500;
        var frame = new List<byte> { 0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x38 };
        for (int block = 0; block < Blocks; block++)
        {
            int header = (block == Blocks - 1 ? 1 : 0) | (1 << 1) | ((128 << 10) << 3);
            frame.AddRange([(byte)header, (byte)(header >> 8), (byte)(header >> 16), 0]);
        }

        return [.. frame];
    }

    // A frame of blocks that are one literal and a match of a megabyte each.
    private static byte[] Lz4()
    {
        const int MatchLengthBytes = 4100;
        var frame = new List<byte> { 0x04, 0x22, 0x4D, 0x18, 0x60, 0x70, 0x73 };
        byte[] block = [0x1F, 0, 1, 0, .. Enumerable.Repeat((byte)0xFF, MatchLengthBytes), 0, 0x50, 0, 0, 0, 0, 0];
        for (int round = 0; round < 200; round++)
        {
            byte[] size = new byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(size, block.Length);
            frame.AddRange([.. size, .. block]);
        }

        return [.. frame, 0, 0, 0, 0];
    }

    // One block that says that it is a gigabyte, of copies of 64 bytes, three bytes long.
    private static byte[] Snappy()
    {
        var block = new List<byte> { 0x80, 0x80, 0x80, 0x80, 0x04, 0x00, 0x00 };
        for (int copy = 0; copy < 200_000; copy++)
        {
            block.AddRange([0xFE, 0x01, 0x00]);
        }

        return [.. block];
    }
}
