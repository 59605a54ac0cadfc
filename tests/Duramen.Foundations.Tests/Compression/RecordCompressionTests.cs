using System.Buffers.Binary;
using System.Text;
using Duramen.Core.Binary;
using Duramen.Core.Random;
using Duramen.Records.Batches;
using Duramen.Records.Compression;
using Duramen.Records.Compression.Native;
using FsCheck;
using FsCheck.Fluent;

namespace Duramen.Foundations.Tests.Compression;

public sealed class RecordCompressionTests
{
    private const int AmpleBudgetBytes = 16 * 1024 * 1024;

    public static TheoryData<CompressionCodec> Codecs() =>
        [CompressionCodec.Gzip, CompressionCodec.Snappy, CompressionCodec.Lz4, CompressionCodec.Zstd];

    [Theory]
    [MemberData(nameof(Codecs))]
    public void Any_bytes_come_back(CompressionCodec codec)
    {
        Check.QuickThrowOnFailure(Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), data => AssertComesBack(codec, data)));
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public void Text_noise_and_zeros_of_every_kind_of_length_come_back(CompressionCodec codec)
    {
        Prng prng = new(5);
        foreach (int length in (int[])[0, 1, 3, 4, 15, 60, 61, 64, 255, 256, 257, 65_535, 65_536, 65_537, 200_001, 1_000_000])
        {
            byte[] noise = new byte[length];
            prng.NextBytes(noise);
            AssertComesBack(codec, noise);
            AssertComesBack(codec, new byte[length]);
            AssertComesBack(codec, Text(prng, length));
        }
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public void Text_gets_smaller(CompressionCodec codec)
    {
        byte[] text = Text(new Prng(1), 100_000);

        Assert.InRange(Compress(codec, text).Length, 1, text.Length / 2);
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public void The_budget_can_be_used_to_the_last_byte_and_not_beyond(CompressionCodec codec)
    {
        byte[] text = Text(new Prng(2), 70_000);
        byte[] compressed = Compress(codec, text);
        using PooledBuffer output = new();
        output.Write([1, 2, 3]);

        Assert.Equal(DecompressionOutcome.BudgetExceeded, RecordCompression.Decompress(codec, compressed, output, text.Length - 1));
        Assert.Equal([1, 2, 3], output.WrittenSpan.ToArray());
        Assert.Equal(DecompressionOutcome.Done, RecordCompression.Decompress(codec, compressed, output, text.Length));
        Assert.Equal([1, 2, 3, .. text], output.WrittenSpan.ToArray());
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public void Compressed_bytes_cut_at_any_byte_are_corrupt(CompressionCodec codec)
    {
        byte[] compressed = Compress(codec, Text(new Prng(3), 500));
        using PooledBuffer output = new();
        for (int length = 0; length < compressed.Length; length++)
        {
            DecompressionOutcome outcome = RecordCompression.Decompress(codec, compressed.AsSpan(0, length), output, AmpleBudgetBytes);
            Assert.True(outcome == DecompressionOutcome.Corrupt, $"{codec} cut to {length} of {compressed.Length} bytes gave {outcome}");
            Assert.Equal(0, output.Length);
        }
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public void Noise_and_flipped_bits_decompress_or_fail_and_raise_nothing(CompressionCodec codec)
    {
        const int BudgetBytes = 1 << 20;
        Prng prng = Prng.ForStream(77, "flip", (int)codec);
        byte[] valid = Compress(codec, Text(prng, 2000));
        using PooledBuffer output = new();
        for (int i = 0; i < 2000; i++)
        {
            byte[] hostile = [.. valid];
            if (i % 10 == 0)
            {
                prng.NextBytes(hostile.AsSpan(prng.NextInt32(Math.Min(12, hostile.Length))));
            }

            for (int flips = prng.NextInt32(4); flips >= 0; flips--)
            {
                hostile[prng.NextInt32(hostile.Length)] ^= (byte)(1 << prng.NextInt32(8));
            }

            output.Clear();
            DecompressionOutcome outcome = RecordCompression.Decompress(codec, hostile, output, BudgetBytes);
            Assert.True(outcome is DecompressionOutcome.Done or DecompressionOutcome.Corrupt or DecompressionOutcome.BudgetExceeded);
            Assert.InRange(output.Length, 0, BudgetBytes);
        }
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public void Threads_do_not_get_into_each_other_s_contexts(CompressionCodec codec)
    {
        Parallel.For(0, 64, new ParallelOptions { MaxDegreeOfParallelism = 8 }, seed => AssertComesBack(codec, Text(new Prng((ulong)seed), 5000)));
    }

    [Fact]
    public void A_missing_library_is_named_with_the_package_that_brings_it()
    {
        RecordException error = NativeLibraries.Missing(CompressionCodec.Lz4, "liblz4.so.1", "liblz4-1");

        Assert.Equal(RecordErrors.CodecUnavailable, error.Code);
        Assert.Equal(
            "The Lz4 codec needs liblz4.so.1, which was not found. Install the package liblz4-1 (apt install liblz4-1), or choose another compression.",
            error.Message);
    }

    [Fact]
    public void A_codec_that_does_not_exist_is_said_to_be_unknown()
    {
        using PooledBuffer output = new();

        Assert.Equal(DecompressionOutcome.UnknownCodec, RecordCompression.Decompress((CompressionCodec)5, [1], output, 10));
        Assert.Equal(DecompressionOutcome.UnknownCodec, RecordCompression.Decompress((CompressionCodec)(-1), [1], output, 10));
        Assert.False(RecordCompression.IsAvailable((CompressionCodec)7));
    }

    [Fact]
    public void Snappy_blocks_are_exchanged_with_another_implementation()
    {
        Prng prng = new(9);
        foreach (int length in (int[])[1, 5, 100, 4096, 65_536, 70_000, 300_000])
        {
            byte[] noise = new byte[length];
            prng.NextBytes(noise);
            foreach (byte[] data in (byte[][])[Text(prng, length), noise, new byte[length]])
            {
                Assert.True(IronSnappy.Snappy.Decode(Compress(CompressionCodec.Snappy, data)).AsSpan().SequenceEqual(data));
                using PooledBuffer output = new();
                byte[] theirs = IronSnappy.Snappy.Encode(data);
                Assert.Equal(DecompressionOutcome.Done, RecordCompression.Decompress(CompressionCodec.Snappy, theirs, output, length));
                Assert.True(output.WrittenSpan.SequenceEqual(data));
            }
        }
    }

    [Fact]
    public void The_stream_format_of_xerial_is_accepted()
    {
        byte[] text = Text(new Prng(4), 70_000);
        List<byte> framed = [0x82, .. "SNAPPY"u8, 0, 0, 0, 0, 1, 0, 0, 0, 1];
        foreach (byte[] chunk in text.Chunk(32 * 1024))
        {
            byte[] block = Compress(CompressionCodec.Snappy, chunk);
            byte[] size = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(size, block.Length);
            framed.AddRange(size);
            framed.AddRange(block);
        }

        byte[] bytes = [.. framed];
        using PooledBuffer output = new();
        Assert.Equal(DecompressionOutcome.Done, RecordCompression.Decompress(CompressionCodec.Snappy, bytes, output, text.Length));
        Assert.Equal(text, output.WrittenSpan);
        Assert.Equal(
            DecompressionOutcome.BudgetExceeded,
            RecordCompression.Decompress(CompressionCodec.Snappy, bytes, output, text.Length - 1));
        Assert.Equal(
            DecompressionOutcome.Corrupt,
            RecordCompression.Decompress(CompressionCodec.Snappy, bytes.AsSpan(0, bytes.Length - 1), output, text.Length));
        Assert.Equal(DecompressionOutcome.Corrupt, RecordCompression.Decompress(CompressionCodec.Snappy, bytes.AsSpan(0, 12), output, text.Length));
    }

    [Theory]
    [InlineData("0B28" + "68656C6C6F20776F726C64", "hello world")] // a literal in the tag
    [InlineData("0BF00A" + "68656C6C6F20776F726C64", "hello world")] // its length in one byte behind the tag
    [InlineData("0BF40A00" + "68656C6C6F20776F726C64", "hello world")] // in two
    [InlineData("0BFC0A000000" + "68656C6C6F20776F726C64", "hello world")] // in four
    [InlineData("0800610D01", "aaaaaaaa")] // a reference of 7 to one byte back repeats it
    [InlineData("08046162160200", "abababab")] // two bytes of distance
    [InlineData("080461621702000000", "abababab")] // four bytes of distance
    public void Snappy_blocks_made_by_hand_decode(string hex, string text)
    {
        using PooledBuffer output = new();
        byte[] block = Convert.FromHexString(hex);

        Assert.Equal(DecompressionOutcome.Done, RecordCompression.Decompress(CompressionCodec.Snappy, block, output, text.Length));
        Assert.Equal(text, Encoding.ASCII.GetString(output.WrittenSpan));
    }

    [Theory]
    [InlineData("040101")] // a reference before anything was written
    [InlineData("0500610100")] // a distance of zero
    [InlineData("0500610102")] // a distance beyond the start
    [InlineData("0600610101")] // less than the length says
    [InlineData("0400610101")] // more than the length says
    [InlineData("0B2C68656C6C6F20776F726C64")] // a literal of twelve bytes where eleven are left
    [InlineData("FFFFFFFF0F")] // 4 GiB and nothing behind it
    [InlineData("80")] // a length that is cut
    public void Snappy_blocks_that_lie_are_refused(string hex)
    {
        using PooledBuffer output = new();
        byte[] block = Convert.FromHexString(hex);

        Assert.NotEqual(DecompressionOutcome.Done, RecordCompression.Decompress(CompressionCodec.Snappy, block, output, AmpleBudgetBytes));
        Assert.Equal(0, output.Length);
    }

    [Fact]
    public void An_lz4_frame_is_written_the_way_Java_clients_read_it()
    {
        byte[] frame = Compress(CompressionCodec.Lz4, Text(new Prng(6), 200_000));

        Assert.Equal([0x04, 0x22, 0x4D, 0x18], frame[..4]);
        Assert.Equal(0x60, frame[4]); // version 1, independent blocks, no checksums, no content size, no dictionary
        Assert.Equal(0x40, frame[5]); // blocks of 64 KiB
        Assert.Equal(0x82, frame[6]); // second byte of the XXH32 of the two bytes before
    }

    [Fact]
    public void An_lz4_frame_of_linked_blocks_is_refused_because_Java_clients_cannot_read_it()
    {
        byte[] frame = Compress(CompressionCodec.Lz4, "x"u8.ToArray());
        frame[4] &= 0xDF;
        frame[6] = 0x70; // whatever the checksum would be: the flag alone is enough
        using PooledBuffer output = new();

        Assert.Equal(DecompressionOutcome.Corrupt, RecordCompression.Decompress(CompressionCodec.Lz4, frame, output, 100));
    }

    [Theory]
    [InlineData(CompressionCodec.Gzip, DecompressionOutcome.Corrupt)]
    [InlineData(CompressionCodec.Zstd, DecompressionOutcome.Done)]
    [InlineData(CompressionCodec.Lz4, DecompressionOutcome.Corrupt)]
    public void Several_frames_are_read_where_clients_may_send_them_and_refused_where_not(CompressionCodec codec, DecompressionOutcome expected)
    {
        byte[] twice = [.. Compress(codec, "first "u8.ToArray()), .. Compress(codec, "second"u8.ToArray())];
        using PooledBuffer output = new();

        Assert.Equal(expected, RecordCompression.Decompress(codec, twice, output, 100));
        Assert.Equal(expected == DecompressionOutcome.Done ? "first second" : "", Encoding.ASCII.GetString(output.WrittenSpan));
    }

    [Fact]
    public void A_zstd_frame_that_asks_for_a_window_beyond_8_MiB_is_refused()
    {
        // Magic, a descriptor without content size, a window of 2^(10+18) bytes, one last raw block of no bytes.
        byte[] frame = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 18 << 3, 0x01, 0x00, 0x00];
        using PooledBuffer output = new();

        Assert.Equal(DecompressionOutcome.Corrupt, RecordCompression.Decompress(CompressionCodec.Zstd, frame, output, AmpleBudgetBytes));
        frame[5] = 13 << 3;
        Assert.Equal(DecompressionOutcome.Done, RecordCompression.Decompress(CompressionCodec.Zstd, frame, output, AmpleBudgetBytes));
    }

    [Theory]
    [InlineData(CompressionCodec.Snappy)]
    [InlineData(CompressionCodec.Lz4)]
    [InlineData(CompressionCodec.Zstd)]
    public void Compressing_and_decompressing_reuse_contexts_and_allocate_no_buffers(CompressionCodec codec)
    {
        byte[] text = Text(new Prng(8), 20_000);
        using PooledBuffer compressed = new();
        using PooledBuffer output = new();
        RoundTrip(codec, text, compressed, output);
        RoundTrip(codec, text, compressed, output);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++)
        {
            RoundTrip(codec, text, compressed, output);
        }

        // Other tests may hold the pooled contexts and tables meanwhile, and one made anew is no fault; a buffer per call would cost 200,000.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    internal static byte[] Compress(CompressionCodec codec, byte[] data)
    {
        using PooledBuffer output = new();
        RecordCompression.Compress(codec, data, output);
        return output.WrittenSpan.ToArray();
    }

    private static void RoundTrip(CompressionCodec codec, byte[] data, PooledBuffer compressed, PooledBuffer output)
    {
        compressed.Clear();
        output.Clear();
        RecordCompression.Compress(codec, data, compressed);
        RecordCompression.Decompress(codec, compressed.WrittenSpan, output, data.Length);
    }

    private static void AssertComesBack(CompressionCodec codec, byte[] data)
    {
        byte[] compressed = Compress(codec, data);
        using PooledBuffer output = new();
        Assert.Equal(DecompressionOutcome.Done, RecordCompression.Decompress(codec, compressed, output, data.Length));
        Assert.True(output.WrittenSpan.SequenceEqual(data));
    }

    private static byte[] Text(Prng prng, int length)
    {
        string[] words = ["payment", "order", "accepted", "declined", "customer", "\"amount\":", "42", "2026-01-01T00:00:00Z", "{", "}"];
        StringBuilder text = new(length + 32);
        while (text.Length < length)
        {
            text.Append(prng.Pick<string>(words)).Append(' ');
        }

        return Encoding.ASCII.GetBytes(text.ToString(0, length));
    }
}
