using System.Reflection;
using System.Runtime.InteropServices;
using Duramen.Records.Batches;

namespace Duramen.Records.Compression.Native;

/// <summary>
/// Finds the two native libraries by the names their packages install them under. Both are on practically every Linux machine; where one is
/// missing only its codec is.
/// </summary>
internal static class NativeLibraries
{
    internal const string Lz4 = "lz4";
    internal const string Zstd = "zstd";

    private static readonly nint Lz4Handle = Load("liblz4.so.1", "liblz4.so", "liblz4.1.dylib", "liblz4.dylib", "liblz4.dll", "lz4.dll");
    private static readonly nint ZstdHandle = Load("libzstd.so.1", "libzstd.so", "libzstd.1.dylib", "libzstd.dylib", "libzstd.dll", "zstd.dll");

    static NativeLibraries() => NativeLibrary.SetDllImportResolver(typeof(NativeLibraries).Assembly, Resolve);

    internal static bool IsLz4Available => Lz4Handle != 0;

    internal static bool IsZstdAvailable => ZstdHandle != 0;

    internal static RecordException Missing(CompressionCodec codec, string file, string package) => new(
        RecordErrors.CodecUnavailable,
        $"The {codec} codec needs {file}, which was not found.",
        $"Install the package {package} (apt install {package}), or choose another compression.");

    // 0 lets the runtime look on its own, which it does for libraries that are not ours.
    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) => name switch
    {
        Lz4 => Lz4Handle,
        Zstd => ZstdHandle,
        _ => 0,
    };

    private static nint Load(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            if (NativeLibrary.TryLoad(name, typeof(NativeLibraries).Assembly, searchPath: null, out nint handle))
            {
                return handle;
            }
        }

        return 0;
    }
}
