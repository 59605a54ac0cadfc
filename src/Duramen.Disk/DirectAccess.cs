using System.Runtime.CompilerServices;
using Duramen.Core.Errors;

namespace Duramen.Disk;

/// <summary>The alignment rule of direct access, checked by every implementation so that a breach shows in any test.</summary>
internal static class DirectAccess
{
    /// <summary>Position, length and address must be multiples of <see cref="AlignedBuffer.AlignmentBytes"/>.</summary>
    public static unsafe void Check(ReadOnlySpan<byte> data, long position)
    {
        const long Mask = AlignedBuffer.AlignmentBytes - 1;
        bool lengthsAligned = ((position | (long)data.Length) & Mask) == 0;
        Invariant.Holds(lengthsAligned, "position and length of a direct access are aligned");

        // A managed array passes by chance at most, and may move before it is pinned; then the system refuses what this let through.
        bool addressAligned = data.IsEmpty || ((nint)Unsafe.AsPointer(ref Unsafe.AsRef(in data[0])) & (nint)Mask) == 0;
        Invariant.Holds(addressAligned, "the memory of a direct access is aligned (use AlignedBuffer)");
    }
}
