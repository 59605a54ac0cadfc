using Duramen.Core.Binary;

namespace Duramen.State.Store.Runs;

/// <summary>
/// The memory that runs are made in, one after the other. It is kept between them: arrays of this size are collected late, and those of the shared pool go with the thread that
/// made the run. One owner, one thread at a time.
/// </summary>
internal sealed class RunBuffers : IDisposable
{
    // Enough for the runs of a table of 10^7 versions; what the runs of larger ones need is given back after each.
    private const int KeptMaxBytes = 16 << 20;

    private int[] _keys = [];
    private ulong[] _words = [];

    public PooledBuffer Output { get; } = new();

    public PooledBuffer Index { get; } = new();

    public PooledBuffer ChangeIndex { get; } = new();

    public PooledBuffer FirstKey { get; } = new();

    public VersionBlockBuilder Block { get; } = new();

    public KeyFilterBuilder Filter { get; } = new();

    /// <summary>Room for so many keys that are sorted, with any content.</summary>
    public Span<int> Keys(int count) => Room(ref _keys, count);

    /// <summary>Room for a word of each of so many keys, with any content.</summary>
    public Span<ulong> Words(int count) => Room(ref _words, count);

    /// <summary>Forgets what was written, and keeps the memory unless it is much.</summary>
    public void Clear()
    {
        foreach (PooledBuffer buffer in (ReadOnlySpan<PooledBuffer>)[Output, Index, ChangeIndex, FirstKey])
        {
            buffer.Clear();
            if (buffer.Capacity > KeptMaxBytes)
            {
                buffer.Release();
            }
        }

        Block.Clear(KeptMaxBytes);
        Filter.Clear(KeptMaxBytes);
    }

    public void Dispose()
    {
        Output.Dispose();
        Index.Dispose();
        ChangeIndex.Dispose();
        FirstKey.Dispose();
        Block.Dispose();
    }

    private static Span<T> Room<T>(ref T[] array, int count)
    {
        if (array.Length < count)
        {
            array = GC.AllocateUninitializedArray<T>(Math.Max(count, (int)Math.Min(2L * array.Length, Array.MaxLength)));
        }

        return array.AsSpan(0, count);
    }
}
