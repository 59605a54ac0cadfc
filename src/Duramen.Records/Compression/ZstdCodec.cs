using Duramen.Core.Binary;
using Duramen.Records.Batches;
using Duramen.Records.Compression.Native;

namespace Duramen.Records.Compression;

/// <summary>Zstandard frames (RFC 8878). One or more are accepted, with or without a content size; one is written, at the library's default level.</summary>
internal sealed unsafe class ZstdCodec : ICodec
{
    private readonly ContextPool<ZstdCompressor> _compressors = new(static () => new ZstdCompressor());
    private readonly ContextPool<ZstdDecompressor> _decompressors = new(static () => new ZstdDecompressor(RecordLimits.MaxZstdWindowLog));

    public bool IsAvailable => NativeLibraries.IsZstdAvailable;

    public void Compress(ReadOnlySpan<byte> source, PooledBuffer destination)
    {
        if (!IsAvailable)
        {
            throw NativeLibraries.Missing(CompressionCodec.Zstd, "libzstd.so.1", "libzstd1");
        }

        Span<byte> output = destination.GetSpan(checked((int)ZstdApi.CompressBound((nuint)source.Length)));
        ZstdCompressor context = _compressors.Rent();
        nuint written;
        fixed (byte* input = source)
        {
            fixed (byte* start = output)
            {
                written = ZstdApi.Compress(context, start, (nuint)output.Length, input, (nuint)source.Length);
            }
        }

        _compressors.Return(context);
        if (ZstdApi.IsError(written) != 0)
        {
            throw new RecordException(RecordErrors.CompressionFailed, $"libzstd refused to compress (code {(nint)written}).");
        }

        destination.Advance((int)written);
    }

    public DecompressionOutcome Decompress(ReadOnlySpan<byte> source, PooledBuffer destination, int budgetBytes)
    {
        if (source.IsEmpty)
        {
            return DecompressionOutcome.Corrupt;
        }

        ZstdDecompressor context = _decompressors.Rent();
        ZstdApi.ResetDecompressor(context, ZstdApi.ResetSession);
        DecompressionOutcome outcome = Decompress(context, source, new DecompressionTarget(destination, budgetBytes));
        _decompressors.Return(context);
        return outcome;
    }

    private static DecompressionOutcome Decompress(ZstdDecompressor context, ReadOnlySpan<byte> source, DecompressionTarget target)
    {
        fixed (byte* start = source)
        {
            ZstdApi.Buffer input = new() { Start = start, Size = (nuint)source.Length };
            while (true)
            {
                nuint readBefore = input.Position;
                Span<byte> room = target.Room();
                nuint hint;
                nuint produced;
                fixed (byte* roomStart = room)
                {
                    ZstdApi.Buffer output = new() { Start = roomStart, Size = (nuint)room.Length };
                    hint = ZstdApi.Decompress(context, ref output, ref input);
                    produced = output.Position;
                }

                if (ZstdApi.IsError(hint) != 0)
                {
                    return DecompressionOutcome.Corrupt;
                }

                target.Advance((int)produced);
                if (target.IsExceeded)
                {
                    return DecompressionOutcome.BudgetExceeded;
                }

                // 0 means that a frame ended and was given out; another may follow it.
                if (hint == 0 && input.Position == input.Size)
                {
                    return DecompressionOutcome.Done;
                }

                if (produced == 0 && input.Position == readBefore)
                {
                    return DecompressionOutcome.Corrupt;
                }
            }
        }
    }
}
