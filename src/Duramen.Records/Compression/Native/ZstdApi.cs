using System.Runtime.InteropServices;

namespace Duramen.Records.Compression.Native;

/// <summary>The functions of libzstd that are used (zstd.h, stable since 1.4).</summary>
internal static unsafe partial class ZstdApi
{
    /// <summary>ZSTD_reset_session_only: forget the data and keep the parameters.</summary>
    internal const int ResetSession = 1;

    /// <summary>ZSTD_d_windowLogMax.</summary>
    internal const int DecompressionWindowLogMax = 100;

    [LibraryImport(NativeLibraries.Zstd, EntryPoint = "ZSTD_isError")]
    internal static partial uint IsError(nuint code);

    [LibraryImport(NativeLibraries.Zstd, EntryPoint = "ZSTD_createCCtx")]
    internal static partial nint CreateCompressor();

    [LibraryImport(NativeLibraries.Zstd, EntryPoint = "ZSTD_freeCCtx")]
    internal static partial nuint FreeCompressor(nint context);

    [LibraryImport(NativeLibraries.Zstd, EntryPoint = "ZSTD_compressBound")]
    internal static partial nuint CompressBound(nuint sourceSize);

    [LibraryImport(NativeLibraries.Zstd, EntryPoint = "ZSTD_compress2")]
    internal static partial nuint Compress(ZstdCompressor context, byte* destination, nuint capacity, byte* source, nuint sourceSize);

    [LibraryImport(NativeLibraries.Zstd, EntryPoint = "ZSTD_createDCtx")]
    internal static partial nint CreateDecompressor();

    [LibraryImport(NativeLibraries.Zstd, EntryPoint = "ZSTD_freeDCtx")]
    internal static partial nuint FreeDecompressor(nint context);

    [LibraryImport(NativeLibraries.Zstd, EntryPoint = "ZSTD_DCtx_reset")]
    internal static partial nuint ResetDecompressor(ZstdDecompressor context, int directive);

    [LibraryImport(NativeLibraries.Zstd, EntryPoint = "ZSTD_DCtx_setParameter")]
    internal static partial nuint SetDecompressorParameter(nint context, int parameter, int value);

    [LibraryImport(NativeLibraries.Zstd, EntryPoint = "ZSTD_decompressStream")]
    internal static partial nuint Decompress(ZstdDecompressor context, ref Buffer output, ref Buffer input);

    /// <summary>ZSTD_inBuffer and ZSTD_outBuffer.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Buffer
    {
        public byte* Start;
        public nuint Size;
        public nuint Position;
    }
}
