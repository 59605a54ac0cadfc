using System.Numerics;

namespace Duramen.State.Store.Recent;

/// <summary>
/// Pieces of memory of one size that one store uses again and again for what was put last, and the arrays of its tables: whoever took one gives it back when nobody reads it any more.
/// All of it is so large that what is not used again is garbage for long. Safe for several threads.
/// </summary>
internal sealed class ChunkPool
{
    private const int LargestBytes = 1 << 20;
    private const int SmallestBytes = 4 << 10;
    private const int ChunksPerTable = 16;

    // One table is filled while another is written.
    private const int TablesKept = 2;

    private readonly Stack<byte[]> _free = new();
    private readonly Stack<TableArrays> _freeArrays = new();
    private readonly int _kept;
    private readonly long _arraysMaxBytes;

    /// <param name="recentBytes">How large what was put last becomes before it is written to disk.</param>
    public ChunkPool(long recentBytes)
    {
        long size = Math.Clamp((long)BitOperations.RoundUpToPowerOf2((ulong)(recentBytes / ChunksPerTable)), SmallestBytes, LargestBytes);
        ChunkBytes = (int)size;

        _kept = (int)Math.Min(TablesKept * ((recentBytes / size) + 1), 1 << 16);

        // A table that begins with more would be full with little in it.
        _arraysMaxBytes = recentBytes / 2;
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

    /// <summary>Arrays for a table; when none are free, such as the table before it has.</summary>
    public TableArrays RentArrays(in TableArrays? before)
    {
        lock (_freeArrays)
        {
            if (_freeArrays.TryPop(out TableArrays arrays))
            {
                return arrays;
            }
        }

        return before is { } like && like.SizeBytes <= _arraysMaxBytes ? like.Likewise() : TableArrays.Small();
    }

    public void Return(in TableArrays arrays)
    {
        if (arrays.SizeBytes > _arraysMaxBytes)
        {
            return;
        }

        arrays.Slots.AsSpan().Clear();
        lock (_freeArrays)
        {
            if (_freeArrays.Count < TablesKept)
            {
                _freeArrays.Push(arrays);
            }
        }
    }
}
