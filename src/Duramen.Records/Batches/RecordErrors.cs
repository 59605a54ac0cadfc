using Duramen.Core.Errors;

namespace Duramen.Records.Batches;

/// <summary>The codes of the failures that the record floor explains.</summary>
public static class RecordErrors
{
    /// <summary>A batch or record is not what its format says; the message names the <see cref="BatchDefect"/>.</summary>
    public static ErrorCode BatchInvalid => new("batch-invalid");

    /// <summary>A record does not fit the batch that is being built.</summary>
    public static ErrorCode BatchFull => new("batch-full");

    /// <summary>The library that a codec needs is not installed.</summary>
    public static ErrorCode CodecUnavailable => new("codec-unavailable");

    /// <summary>A codec's library refused to compress.</summary>
    public static ErrorCode CompressionFailed => new("compression-failed");
}
