using Duramen.Records.Batches;
using Microsoft.Win32.SafeHandles;

namespace Duramen.Records.Compression.Native;

/// <summary>A compression context of liblz4.</summary>
internal sealed class Lz4Compressor : SafeHandleZeroOrMinusOneIsInvalid
{
    internal Lz4Compressor()
        : base(ownsHandle: true)
    {
        if (Lz4Api.IsError(Lz4Api.CreateCompressor(out nint context, Lz4Api.Version)) != 0)
        {
            throw new RecordException(RecordErrors.CompressionFailed, "liblz4 could not make a compression context.", "The machine is out of memory.");
        }

        SetHandle(context);
    }

    protected override bool ReleaseHandle()
    {
        Lz4Api.FreeCompressor(handle);
        return true;
    }
}
