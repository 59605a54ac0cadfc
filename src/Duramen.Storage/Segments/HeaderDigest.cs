using Duramen.Core.Checksums;
using Duramen.Records.Batches;

namespace Duramen.Storage.Segments;

/// <summary>
/// The digest that vouches for batches without another pass over their bytes: the CRC-32C of what each batch's own checksum leaves out, which
/// includes that checksum. Equal digests and sound batch checksums together mean equal bytes.
/// </summary>
internal static class HeaderDigest
{
    /// <summary>The digest of the batches that gave <paramref name="digest"/> followed by one more; start with 0.</summary>
    public static uint Append(uint digest, in RecordBatchView batch) =>
        Crc32C.Append(digest, batch.Bytes[..RecordBatchLayout.UncheckedSizeBytes]);

    /// <summary>The digest of batches whose checksums were verified before.</summary>
    public static uint Compute(ReadOnlySpan<byte> batches)
    {
        uint digest = 0;
        while (RecordBatchView.TryRead(batches, out RecordBatchView batch))
        {
            digest = Append(digest, batch);
            batches = batches[batch.SizeBytes..];
        }

        return digest;
    }

    /// <summary>Whether the bytes are whole, sound batches with this digest.</summary>
    public static bool Matches(ReadOnlySpan<byte> batches, uint expected)
    {
        uint digest = 0;
        while (RecordBatchView.TryRead(batches, out RecordBatchView batch))
        {
            if (!batch.IsChecksumValid)
            {
                return false;
            }

            digest = Append(digest, batch);
            batches = batches[batch.SizeBytes..];
        }

        return batches.IsEmpty && digest == expected;
    }
}
