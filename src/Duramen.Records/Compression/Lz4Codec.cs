using System.Buffers.Binary;
using Duramen.Core.Binary;
using Duramen.Records.Batches;
using Duramen.Records.Compression.Native;

namespace Duramen.Records.Compression;

/// <summary>
/// One LZ4 frame (LZ4 Frame Format 1.6) of independent blocks without a dictionary. Java clients decode block by block and cannot read a frame
/// whose blocks refer to each other, so such a frame is refused here, before it reaches them.
/// </summary>
internal sealed unsafe class Lz4Codec : ICodec
{
    private const uint FrameMagic = 0x184D2204;
    private const int FlagsPosition = sizeof(uint);
    private const byte VersionMask = 0b1100_0000;
    private const byte VersionOne = 0b0100_0000;
    private const byte IndependentBlocks = 0b0010_0000;
    private const byte DictionaryId = 0b0000_0001;

    private readonly ContextPool<Lz4Compressor> _compressors = new(static () => new Lz4Compressor());
    private readonly ContextPool<Lz4Decompressor> _decompressors = new(static () => new Lz4Decompressor());

    public bool IsAvailable => NativeLibraries.IsLz4Available;

    public void Compress(ReadOnlySpan<byte> source, PooledBuffer destination)
    {
        if (!IsAvailable)
        {
            throw NativeLibraries.Missing(CompressionCodec.Lz4, "liblz4.so.1", "liblz4-1");
        }

        Lz4Api.Preferences preferences = new() { BlockSizeId = 4, BlockIndependent = 1 };
        int bound = checked((int)Lz4Api.CompressFrameBound((nuint)source.Length, &preferences));
        Span<byte> output = destination.GetSpan(bound);
        Lz4Compressor context = _compressors.Rent();
        fixed (byte* input = source)
        {
            fixed (byte* start = output)
            {
                nuint capacity = (nuint)output.Length;
                nuint written = Checked(Lz4Api.CompressBegin(context, start, capacity, &preferences));
                if (!source.IsEmpty)
                {
                    written += Checked(Lz4Api.CompressUpdate(context, start + written, capacity - written, input, (nuint)source.Length, null));
                }

                written += Checked(Lz4Api.CompressEnd(context, start + written, capacity - written, null));
                destination.Advance((int)written);
            }
        }

        _compressors.Return(context);
    }

    public DecompressionOutcome Decompress(ReadOnlySpan<byte> source, PooledBuffer destination, int budgetBytes)
    {
        if (!HasAcceptableHeader(source))
        {
            return DecompressionOutcome.Corrupt;
        }

        Lz4Decompressor context = _decompressors.Rent();
        Lz4Api.ResetDecompressor(context);
        DecompressionOutcome outcome = Decompress(context, source, new DecompressionTarget(destination, budgetBytes));
        _decompressors.Return(context);
        return outcome;
    }

    private static DecompressionOutcome Decompress(Lz4Decompressor context, ReadOnlySpan<byte> source, DecompressionTarget target)
    {
        fixed (byte* input = source)
        {
            nuint read = 0;
            while (true)
            {
                Span<byte> room = target.Room();
                nuint produced = (nuint)room.Length;
                nuint consumed = (nuint)source.Length - read;
                nuint hint;
                fixed (byte* output = room)
                {
                    hint = Lz4Api.Decompress(context, output, ref produced, input + read, ref consumed, null);
                }

                if (Lz4Api.IsError(hint) != 0)
                {
                    return DecompressionOutcome.Corrupt;
                }

                read += consumed;
                target.Advance((int)produced);
                if (target.IsExceeded)
                {
                    return DecompressionOutcome.BudgetExceeded;
                }

                if (hint == 0)
                {
                    return read == (nuint)source.Length ? DecompressionOutcome.Done : DecompressionOutcome.Corrupt;
                }

                if (produced == 0 && consumed == 0)
                {
                    return DecompressionOutcome.Corrupt;
                }
            }
        }
    }

    private static bool HasAcceptableHeader(ReadOnlySpan<byte> source) =>
        source.Length > FlagsPosition
        && BinaryPrimitives.ReadUInt32LittleEndian(source) == FrameMagic
        && (source[FlagsPosition] & (VersionMask | IndependentBlocks | DictionaryId)) == (VersionOne | IndependentBlocks);

    private static nuint Checked(nuint result) => Lz4Api.IsError(result) == 0
        ? result
        : throw new RecordException(RecordErrors.CompressionFailed, $"liblz4 refused to compress (code {(nint)result}).");
}
