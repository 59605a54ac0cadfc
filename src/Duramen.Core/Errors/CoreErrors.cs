namespace Duramen.Core.Errors;

/// <summary>The codes of the failures that the ground floor explains.</summary>
public static class CoreErrors
{
    /// <summary>Binary input ended before the field that was being read.</summary>
    public static ErrorCode InputTruncated => new("input-truncated");

    /// <summary>Binary input holds a value that its format does not allow.</summary>
    public static ErrorCode InputMalformed => new("input-malformed");

    /// <summary>What was to be written does not fit the buffer it was to go to.</summary>
    public static ErrorCode BufferFull => new("buffer-full");
}
