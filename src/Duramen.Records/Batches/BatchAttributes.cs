using System.Diagnostics.CodeAnalysis;

namespace Duramen.Records.Batches;

/// <summary>The bits of a batch's attributes field.</summary>
[Flags]
[SuppressMessage("Design", "CA1028", Justification = "The type is the field's type on disk.")]
[SuppressMessage("Naming", "CA1711", Justification = "The field is called attributes in the format.")]
public enum BatchAttributes : short
{
    /// <summary>Uncompressed, timestamps of the producer, no flags.</summary>
    None = 0,

    /// <summary>The bits that hold the <see cref="Compression.CompressionCodec"/>.</summary>
    CodecMask = 0b0111,

    /// <summary>Every record carries the time of its append, <see cref="RecordBatchLayout.MaxTimestamp"/>.</summary>
    LogAppendTime = 1 << 3,

    /// <summary>The batch is part of a transaction.</summary>
    Transactional = 1 << 4,

    /// <summary>The batch holds a control record, not data.</summary>
    Control = 1 << 5,

    /// <summary>The base timestamp field holds the time from which compaction may drop the batch's tombstones.</summary>
    DeleteHorizon = 1 << 6,
}
