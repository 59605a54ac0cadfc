using System.Runtime.InteropServices;

namespace Duramen.Records.Compression.Native;

/// <summary>The frame functions of liblz4 (lz4frame.h, stable since 1.8).</summary>
internal static unsafe partial class Lz4Api
{
    /// <summary>LZ4F_VERSION, the version of the interface.</summary>
    internal const uint Version = 100;

    [LibraryImport(NativeLibraries.Lz4, EntryPoint = "LZ4F_isError")]
    internal static partial uint IsError(nuint code);

    [LibraryImport(NativeLibraries.Lz4, EntryPoint = "LZ4F_createCompressionContext")]
    internal static partial nuint CreateCompressor(out nint context, uint version);

    [LibraryImport(NativeLibraries.Lz4, EntryPoint = "LZ4F_freeCompressionContext")]
    internal static partial nuint FreeCompressor(nint context);

    [LibraryImport(NativeLibraries.Lz4, EntryPoint = "LZ4F_compressFrameBound")]
    internal static partial nuint CompressFrameBound(nuint sourceSize, Preferences* preferences);

    [LibraryImport(NativeLibraries.Lz4, EntryPoint = "LZ4F_compressBegin")]
    internal static partial nuint CompressBegin(Lz4Compressor context, byte* destination, nuint capacity, Preferences* preferences);

    [LibraryImport(NativeLibraries.Lz4, EntryPoint = "LZ4F_compressUpdate")]
    internal static partial nuint CompressUpdate(
        Lz4Compressor context, byte* destination, nuint capacity, byte* source, nuint sourceSize, void* options);

    [LibraryImport(NativeLibraries.Lz4, EntryPoint = "LZ4F_compressEnd")]
    internal static partial nuint CompressEnd(Lz4Compressor context, byte* destination, nuint capacity, void* options);

    [LibraryImport(NativeLibraries.Lz4, EntryPoint = "LZ4F_createDecompressionContext")]
    internal static partial nuint CreateDecompressor(out nint context, uint version);

    [LibraryImport(NativeLibraries.Lz4, EntryPoint = "LZ4F_freeDecompressionContext")]
    internal static partial nuint FreeDecompressor(nint context);

    [LibraryImport(NativeLibraries.Lz4, EntryPoint = "LZ4F_resetDecompressionContext")]
    internal static partial void ResetDecompressor(Lz4Decompressor context);

    [LibraryImport(NativeLibraries.Lz4, EntryPoint = "LZ4F_decompress")]
    internal static partial nuint Decompress(
        Lz4Decompressor context, byte* destination, ref nuint destinationSize, byte* source, ref nuint sourceSize, void* options);

    /// <summary>LZ4F_preferences_t, with LZ4F_frameInfo_t at its start.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Preferences
    {
        /// <summary>4 means blocks of 64 KiB.</summary>
        public int BlockSizeId;

        /// <summary>1 means that no block refers to the one before it.</summary>
        public int BlockIndependent;
        public int ContentChecksum;
        public int FrameType;
        public ulong ContentSize;
        public uint DictionaryId;
        public int BlockChecksum;
        public int CompressionLevel;
        public uint AutoFlush;
        public uint FavorDecompressionSpeed;
        public uint Reserved0;
        public uint Reserved1;
        public uint Reserved2;
    }
}
