using System.Numerics;

namespace Duramen.Storage.Segments;

/// <summary>
/// The buffers of all <see cref="TailBuffer"/>s of the process, kept between the times they are written out. The shared array pool keeps 32 arrays of
/// a size for each processor; a thousand logs give back a thousand at once, and what it dropped would be allocated and cleared anew, a byte for
/// each byte appended. Safe to call from any thread.
/// </summary>
internal static class RunPool
{
    /// <summary>The smallest buffer, in bytes.</summary>
    public const int SmallestBytes = 4 << 10;

    /// <summary>The largest buffer that is kept, in bytes.</summary>
    public const int LargestBytes = 128 << 10;

    // What segments hold in memory before it is written behind.
    private const long KeptBytesMax = 32 << 20;

    private static readonly Lock Gate = new();
    private static readonly Stack<byte[]>[] Kept = [.. Enumerable.Range(0, ClassOf(LargestBytes) + 1).Select(_ => new Stack<byte[]>())];
    private static long _keptBytes;

    // The least that was kept since the last trim: nobody needed so much.
    private static long _idleBytes;

    /// <summary>A buffer of at least so many bytes, with whatever in it.</summary>
    public static byte[] Rent(int sizeBytes)
    {
        int length = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(sizeBytes, SmallestBytes));
        if (length > LargestBytes)
        {
            return GC.AllocateUninitializedArray<byte>(sizeBytes);
        }

        lock (Gate)
        {
            if (Kept[ClassOf(length)].TryPop(out byte[]? buffer))
            {
                _keptBytes -= length;
                _idleBytes = Math.Min(_idleBytes, _keptBytes);
                return buffer;
            }
        }

        return GC.AllocateUninitializedArray<byte>(length);
    }

    /// <summary>Takes a buffer back that nobody uses any more.</summary>
    public static void Return(byte[] buffer)
    {
        lock (Gate)
        {
            if (buffer.Length <= LargestBytes && _keptBytes + buffer.Length <= KeptBytesMax)
            {
                Kept[ClassOf(buffer.Length)].Push(buffer);
                _keptBytes += buffer.Length;
            }
        }
    }

    /// <summary>Lets go what nobody needed since the last trim, so that a burst of appends does not hold its memory for ever.</summary>
    public static void Trim()
    {
        lock (Gate)
        {
            for (int size = Kept.Length - 1; size >= 0; size--)
            {
                while (_idleBytes > 0 && Kept[size].TryPop(out byte[]? buffer))
                {
                    _keptBytes -= buffer.Length;
                    _idleBytes -= buffer.Length;
                }
            }

            _idleBytes = _keptBytes;
        }
    }

    private static int ClassOf(int lengthBytes) => BitOperations.Log2((uint)lengthBytes / SmallestBytes);
}
