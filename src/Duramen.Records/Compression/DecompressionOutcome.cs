namespace Duramen.Records.Compression;

/// <summary>How a decompression ended.</summary>
public enum DecompressionOutcome
{
    /// <summary>Everything was decompressed.</summary>
    Done = 0,

    /// <summary>The bytes are not what the codec writes, or end too early.</summary>
    Corrupt,

    /// <summary>There was more than the budget allowed; what came before it is of no use.</summary>
    BudgetExceeded,

    /// <summary>There is no such codec.</summary>
    UnknownCodec,

    /// <summary>The codec's library is not installed on this machine.</summary>
    CodecUnavailable,
}
