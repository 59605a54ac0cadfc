using System.Buffers.Binary;
using Duramen.Core.Binary;
using Duramen.Core.Checksums;
using Duramen.Records.Compression;

namespace Duramen.Records.Batches;

/// <summary>
/// Writes a batch again with its records compressed by another codec. Records are compressed together as they stand, so none of them is looked at,
/// and everything else about the batch stays.
/// </summary>
public static class RecordBatchRecompressor
{
    /// <summary>Writes the batch at the end of a buffer; when there is a fault nothing is written.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="codec">How the records are to be compressed.</param>
    /// <param name="decoder">What decompresses them.</param>
    /// <param name="output">Where the new batch goes.</param>
    /// <exception cref="RecordException">The library of the codec is not installed.</exception>
    public static BatchFault Recompress(RecordBatchView batch, CompressionCodec codec, RecordBatchDecoder decoder, PooledBuffer output)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentNullException.ThrowIfNull(output);
        BatchFault fault = decoder.Decode(batch, out ReadOnlySpan<byte> records);
        if (!fault.IsNone)
        {
            return fault;
        }

        int start = output.Length;
        output.Write(batch.Bytes[..RecordBatchLayout.Records]);
        RecordCompression.Compress(codec, records, output);
        Span<byte> written = output.WrittenSpan[start..];
        BatchAttributes attributes = (batch.Attributes & ~BatchAttributes.CodecMask) | (BatchAttributes)codec;
        BinaryPrimitives.WriteInt32BigEndian(written[RecordBatchLayout.BatchLength..], written.Length - RecordBatchLayout.LengthPrefixSizeBytes);
        BinaryPrimitives.WriteInt16BigEndian(written[RecordBatchLayout.Attributes..], (short)attributes);
        BinaryPrimitives.WriteUInt32BigEndian(written[RecordBatchLayout.Crc..], Crc32C.Compute(written[RecordBatchLayout.Attributes..]));
        return BatchFault.None;
    }
}
