namespace Duramen.Storage.Segments;

/// <summary>
/// The large buffers of all <see cref="TailBuffer"/>s of the process, kept between checkpoints. The shared array pool keeps 32 arrays of a size for
/// each processor, 8 MiB on two of them, and writing behind gives back four times that at once: what it dropped would be allocated anew, a byte
/// for each byte appended. Safe to call from any thread.
/// </summary>
internal static class RunPool
{
    /// <summary>The size of every buffer, in bytes.</summary>
    public const int BufferBytes = 128 << 10;

    // What segments hold in memory before it is written behind.
    private const int KeptMax = (32 << 20) / BufferBytes;

    private static readonly Lock Gate = new();
    private static readonly Stack<byte[]> Kept = new();

    // The fewest that were kept since the last trim: nobody needed these.
    private static int _idle;

    /// <summary>A buffer with whatever bytes in it.</summary>
    public static byte[] Rent()
    {
        lock (Gate)
        {
            if (Kept.TryPop(out byte[]? buffer))
            {
                _idle = Math.Min(_idle, Kept.Count);
                return buffer;
            }
        }

        return GC.AllocateUninitializedArray<byte>(BufferBytes);
    }

    /// <summary>Takes a buffer back that nobody uses any more.</summary>
    public static void Return(byte[] buffer)
    {
        lock (Gate)
        {
            if (Kept.Count < KeptMax)
            {
                Kept.Push(buffer);
            }
        }
    }

    /// <summary>Lets go the buffers that nobody needed since the last trim, so that a burst of appends does not hold its memory for ever.</summary>
    public static void Trim()
    {
        lock (Gate)
        {
            for (; _idle > 0; _idle--)
            {
                Kept.Pop();
            }

            _idle = Kept.Count;
        }
    }
}
