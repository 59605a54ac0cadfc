using System.Buffers.Binary;
using System.IO.Compression;
using Duramen.Core.Binary;

namespace Duramen.Records.Compression;

/// <summary>One gzip member (RFC 1952) by the runtime's own zlib. Its streams cannot be reused, so this is the one codec that allocates a little per batch.</summary>
internal sealed unsafe class GzipCodec : ICodec
{
    // Ten bytes of header, an empty deflate block of two, a trailer of zeros: the runtime writes nothing at all for no bytes.
    private static ReadOnlySpan<byte> EmptyMember => [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    public bool IsAvailable => true;

    public void Compress(ReadOnlySpan<byte> source, PooledBuffer destination)
    {
        if (source.IsEmpty)
        {
            destination.Write(EmptyMember);
            return;
        }

        using BufferStream output = new(destination);
        using GZipStream gzip = new(output, CompressionLevel.Optimal, leaveOpen: true);
        gzip.Write(source);
    }

    public DecompressionOutcome Decompress(ReadOnlySpan<byte> source, PooledBuffer destination, int budgetBytes)
    {
        if (source.Length < EmptyMember.Length)
        {
            return DecompressionOutcome.Corrupt;
        }

        // The runtime says nothing about an input that is cut, so the end counts as one only when it is a trailer that tells the size
        // that came out. That is also why there may be one member only, which is what clients send.
        uint sizeBytes = BinaryPrimitives.ReadUInt32LittleEndian(source[^sizeof(uint)..]);
        int before = destination.Length;
        DecompressionTarget target = new(destination, budgetBytes);
        fixed (byte* start = source)
        {
            using UnmanagedMemoryStream input = new(start, source.Length);
            using GZipStream gzip = new(input, CompressionMode.Decompress);
            try
            {
                while (true)
                {
                    int count = gzip.Read(target.Room());
                    if (count == 0)
                    {
                        return destination.Length - before == sizeBytes ? DecompressionOutcome.Done : DecompressionOutcome.Corrupt;
                    }

                    target.Advance(count);
                    if (target.IsExceeded)
                    {
                        return DecompressionOutcome.BudgetExceeded;
                    }
                }
            }
            catch (Exception error) when (error is InvalidDataException or IOException)
            {
                return DecompressionOutcome.Corrupt;
            }
        }
    }

    private sealed class BufferStream(PooledBuffer destination) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(ReadOnlySpan<byte> buffer) => destination.Write(buffer);

        public override void Write(byte[] buffer, int offset, int count) => destination.Write(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
