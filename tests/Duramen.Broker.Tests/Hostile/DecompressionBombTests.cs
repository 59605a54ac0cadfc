using System.Buffers.Binary;
using System.IO.Compression;
using Duramen.Broker.Tests.Handlers;
using Duramen.Kafka;
using Duramen.Records.Batches;
using Duramen.Records.Compression;
using Duramen.Testing.Kafka;

namespace Duramen.Broker.Tests.Hostile;

/// <summary>Batches that are small and would be enormous. They are alone, since what the whole process allocates is measured.</summary>
[Collection(nameof(DecompressionBombTests))]
public sealed class DecompressionBombTests
{
    // A buffer doubles until the budget of a batch and a byte more fit, and all of them together are four times the budget where the pool kept none; the
    // rest is the request's. A bomb is 200 MiB at least, and would take twice as much.
    private const long MostAllocatedBytes = (4L * RecordLimits.MaxDecompressedSizeBytes) + (8 << 20);

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
            for (int round = 0; round < 10; round++)
            {
                long before = GC.GetTotalAllocatedBytes(precise: true);
                var answer = await TestBroker.ProduceAsync(client, "t", bomb);
                long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
                Assert.NotEqual(KafkaError.None, answer.ErrorCode);
                Assert.Contains(" bytes of compressed records decompress", answer.ErrorMessage, StringComparison.Ordinal);
                Assert.True(allocated < MostAllocatedBytes, $"{allocated} bytes for a bomb of {bomb.Length}");
            }
        }

        await broker.AssertUnharmedAsync("a bomb");
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
        return LyingBatchTests.Seal(batch);
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
