using System.Runtime.InteropServices;

namespace Duramen.State.Store.Recent;

/// <summary>
/// A version in the arena, before its value. From each version one gets to the one before it, and by <see cref="Jump"/> over many at once: the jumps are those of a skew-binary
/// list (Myers, "An applicative random-access stack", 1983), which find any of n versions in O(log n) steps and cost one place each.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct VersionFields
{
    public const int SizeBytes = 36;

    public long Offset;
    public long TimestampMs;

    /// <summary>The version of the same key before this one; 0 for none.</summary>
    public int Previous;

    /// <summary>A version further before, 0 for none.</summary>
    public int Jump;

    /// <summary>How many versions of the key are before this one.</summary>
    public int Depth;

    /// <summary>The place of the key.</summary>
    public int Key;

    /// <summary>The length of the value, or -1 for a removal.</summary>
    public int ValueLength;
}
