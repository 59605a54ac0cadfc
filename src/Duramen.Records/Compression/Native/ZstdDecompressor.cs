using Duramen.Records.Batches;
using Microsoft.Win32.SafeHandles;

namespace Duramen.Records.Compression.Native;

/// <summary>A decompression context of libzstd that refuses windows larger than a batch needs.</summary>
internal sealed class ZstdDecompressor : SafeHandleZeroOrMinusOneIsInvalid
{
    internal ZstdDecompressor(int windowLogMax)
        : base(ownsHandle: true)
    {
        SetHandle(ZstdApi.CreateDecompressor());
        if (IsInvalid)
        {
            throw new RecordException(RecordErrors.CompressionFailed, "libzstd could not make a decompression context.", "The machine is out of memory.");
        }

        ZstdApi.SetDecompressorParameter(handle, ZstdApi.DecompressionWindowLogMax, windowLogMax);
    }

    protected override bool ReleaseHandle()
    {
        ZstdApi.FreeDecompressor(handle);
        return true;
    }
}
