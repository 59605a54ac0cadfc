using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;

namespace Duramen.Listeners;

/// <summary>
/// Memory that connections read into: large blocks for those that send much, as long as few are in use, and small ones for the rest. The size of a block is
/// that of a read, so that large blocks make a sixteenth of the system calls; thousands of connections that each hold a block must do with small ones.
/// Safe to call from any thread.
/// </summary>
internal sealed class BlockPool : MemoryPool<byte>, IMemoryPoolFactory<byte>
{
    private const int SmallBytes = 4 << 10;
    private const int LargeBytes = 64 << 10;

    // 16 MiB.
    private const int LargeInUseMax = 256;

    private readonly ConcurrentStack<Block> _small = new();
    private readonly ConcurrentStack<Block> _large = new();
    private int _largeInUse;

    /// <inheritdoc/>
    public override int MaxBufferSize => SmallBytes;

    /// <inheritdoc/>
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => this;

    /// <inheritdoc/>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, SmallBytes);
        bool isLarge = Interlocked.Increment(ref _largeInUse) <= LargeInUseMax;
        if (!isLarge)
        {
            Interlocked.Decrement(ref _largeInUse);
        }

        return (isLarge ? _large : _small).TryPop(out Block? block) ? block.Use() : new Block(this, isLarge).Use();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _small.Clear();
        _large.Clear();
    }

    private void Return(Block block, bool isLarge)
    {
        if (isLarge)
        {
            Interlocked.Decrement(ref _largeInUse);
        }

        (isLarge ? _large : _small).Push(block);
    }

    private sealed class Block(BlockPool pool, bool isLarge) : IMemoryOwner<byte>
    {
        // Pinned, because the kernel writes into it while the collector may run.
        private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(isLarge ? LargeBytes : SmallBytes, pinned: true);
        private int _isInUse;

        public Memory<byte> Memory => _bytes;

        public Block Use()
        {
            _isInUse = 1;
            return this;
        }

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isInUse, 0) == 1)
            {
                pool.Return(this, isLarge);
            }
        }
    }
}
