namespace Duramen.Records.Compression;

/// <summary>How the records of a batch are compressed; the values are those of the batch's attributes field.</summary>
public enum CompressionCodec
{
    /// <summary>Not compressed.</summary>
    None = 0,

    /// <summary>One gzip member (RFC 1952).</summary>
    Gzip = 1,

    /// <summary>Snappy, one raw block or the framing of the xerial library.</summary>
    Snappy = 2,

    /// <summary>An LZ4 frame of independent blocks.</summary>
    Lz4 = 3,

    /// <summary>Zstandard frames (RFC 8878).</summary>
    Zstd = 4,
}
