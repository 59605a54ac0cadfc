using Duramen.Records.Batches;
using Microsoft.Win32.SafeHandles;

namespace Duramen.Records.Compression.Native;

/// <summary>A compression context of libzstd.</summary>
internal sealed class ZstdCompressor : SafeHandleZeroOrMinusOneIsInvalid
{
    internal ZstdCompressor()
        : base(ownsHandle: true)
    {
        SetHandle(ZstdApi.CreateCompressor());
        if (IsInvalid)
        {
            throw new RecordException(RecordErrors.CompressionFailed, "libzstd could not make a compression context.", "The machine is out of memory.");
        }
    }

    protected override bool ReleaseHandle()
    {
        ZstdApi.FreeCompressor(handle);
        return true;
    }
}
