using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Duramen.State.Store.Recent;

/// <summary>
/// Memory that is only added to, in chunks that never move. A place is a number of eight-byte units, so that 31 bits reach 16 GiB. One writer; readers see
/// what they have a place of, once the writer published it.
/// </summary>
internal sealed class Arena
{
    private const int UnitShift = 3;

    private readonly ChunkPool _pool;
    private readonly int _chunkUnitsShift;
    private readonly int _chunkUnitsMask;
    private volatile byte[][] _chunks = new byte[16][];
    private int _count;
    private int _used;

    public Arena(ChunkPool pool)
    {
        _pool = pool;
        _chunkUnitsShift = BitOperations.Log2((uint)pool.ChunkBytes) - UnitShift;
        _chunkUnitsMask = (1 << _chunkUnitsShift) - 1;
        _used = pool.ChunkBytes;
    }

    /// <summary>The memory taken so far, in bytes.</summary>
    public long SizeBytes { get; private set; }

    /// <summary>Takes memory at a multiple of eight bytes, its content undefined, and gives its place. More than a chunk gets a chunk of its own.</summary>
    public int Take(int sizeBytes)
    {
        int size = (sizeBytes + (1 << UnitShift) - 1) & -(1 << UnitShift);
        if (size > _pool.ChunkBytes - _used)
        {
            AddChunk(size);
        }

        int place = ((_count - 1) << _chunkUnitsShift) | (_used >> UnitShift);
        _used = Math.Min(_used + size, _pool.ChunkBytes);
        return place;
    }

    /// <summary>The chunk of a place, and where the place is in it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte[] Find(int place, out int position)
    {
        position = (place & _chunkUnitsMask) << UnitShift;
        return _chunks[place >>> _chunkUnitsShift];
    }

    /// <summary>A field at a place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref T At<T>(int place)
        where T : struct
    {
        byte[] chunk = Find(place, out int position);
        return ref MemoryMarshal.AsRef<T>(chunk.AsSpan(position, Unsafe.SizeOf<T>()));
    }

    /// <summary>Gives the memory back. Nobody may read any more.</summary>
    public void Free()
    {
        byte[][] chunks = _chunks;
        for (int index = 0; index < _count; index++)
        {
            _pool.Return(chunks[index]);
        }

        _count = 0;
        _chunks = [];
    }

    private void AddChunk(int size)
    {
        // No place is 0, which stands for none.
        int start = _count == 0 ? 1 << UnitShift : 0;
        byte[] chunk = start + size > _pool.ChunkBytes ? GC.AllocateUninitializedArray<byte>(start + size) : _pool.Rent();
        byte[][] chunks = _chunks;
        if (_count == chunks.Length)
        {
            // Readers go on with the old array: whoever has a place in a new chunk got it after this was published.
            Array.Resize(ref chunks, 2 * chunks.Length);
        }

        chunks[_count++] = chunk;
        _chunks = chunks;
        SizeBytes += chunk.Length;
        _used = start;
    }
}
