using Duramen.Records.Batches;
using Microsoft.Win32.SafeHandles;

namespace Duramen.Records.Compression.Native;

/// <summary>A decompression context of liblz4.</summary>
internal sealed class Lz4Decompressor : SafeHandleZeroOrMinusOneIsInvalid
{
    internal Lz4Decompressor()
        : base(ownsHandle: true)
    {
        if (Lz4Api.IsError(Lz4Api.CreateDecompressor(out nint context, Lz4Api.Version)) != 0)
        {
            throw new RecordException(RecordErrors.CompressionFailed, "liblz4 could not make a decompression context.", "The machine is out of memory.");
        }

        SetHandle(context);
    }

    protected override bool ReleaseHandle()
    {
        Lz4Api.FreeDecompressor(handle);
        return true;
    }
}
