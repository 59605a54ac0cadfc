namespace Duramen.Kafka.Wire;

/// <summary>How much of anything a frame may hold. What is beyond is a malformed frame, found before memory is taken for it.</summary>
public static class WireLimits
{
    /// <summary>The longest text, in bytes: what the two bytes of a length before KIP-482 can say, and what Kafka allows in every version.</summary>
    public const int MaxStringSizeBytes = short.MaxValue;

    /// <summary>
    /// The most elements that all arrays of one frame have together. A request for each partition of a cluster with a million partitions still
    /// fits, and a hostile frame makes no more objects than that.
    /// </summary>
    public const int MaxElements = 1 << 20;

    /// <summary>The most tagged fields in one structure; the protocol itself has at most five.</summary>
    public const int MaxTaggedFields = 64;

    /// <summary>
    /// Records from this size on are written as a segment of their own instead of being copied into the frame. Below it the copy is cheaper
    /// than one more buffer in a system call.
    /// </summary>
    public const int MinReferencedSizeBytes = 4096;
}
