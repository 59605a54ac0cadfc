using System.Numerics;

namespace Duramen.State.Store.Recent;

/// <summary>
/// Pieces of memory of one size that one store uses again and again for what was put last: whoever took one gives it back when nobody reads it any more.
/// Safe for several threads.
/// </summary>
internal sealed class ChunkPool
{
    private const int LargestBytes = 1 << 20;
    private const int SmallestBytes = 4 << 10;
    private const int ChunksPerTable = 16;

    private readonly Stack<byte[]> _free = new();
    private readonly int _kept;

    /// <param name="recentBytes">How large what was put last becomes before it is written to disk.</param>
    public ChunkPool(long recentBytes)
    {
        long size = Math.Clamp((long)BitOperations.RoundUpToPowerOf2((ulong)(recentBytes / ChunksPerTable)), SmallestBytes, LargestBytes);
        ChunkBytes = (int)size;

        // One table is filled while another is written.
        _kept = (int)Math.Min(2 * (recentBytes / size) + 2, 1 << 16);
    }

    public int ChunkBytes { get; }

    public byte[] Rent()
    {
        lock (_free)
        {
            if (_free.TryPop(out byte[]? chunk))
            {
                return chunk;
            }
        }

        return GC.AllocateUninitializedArray<byte>(ChunkBytes);
    }

    public void Return(byte[] chunk)
    {
        if (chunk.Length == ChunkBytes)
        {
            lock (_free)
            {
                if (_free.Count < _kept)
                {
                    _free.Push(chunk);
                }
            }
        }
    }
}
