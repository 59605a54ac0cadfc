namespace Duramen.State.Store.Runs;

/// <summary>
/// How many blocks that were read by key stay in memory: as many as the budget has room for. They wait in a queue; the first of it is dropped when room is needed, unless it was
/// used since it was queued: then it is queued again. Blocks belong to the garbage collector, so that a reader may keep one that the cache has dropped. Safe for several threads.
/// </summary>
internal sealed class BlockCache
{
    private const int ShardCount = 8;

    private readonly Shard[] _shards = new Shard[ShardCount];

    public BlockCache(long capacityBytes)
    {
        for (int index = 0; index < ShardCount; index++)
        {
            _shards[index] = new Shard(capacityBytes / ShardCount);
        }
    }

    /// <summary>Keeps a block among those of its run, and drops others where there is no room.</summary>
    public void Add(CachedBlocks blocks, int number, byte[] bytes) => _shards[number % ShardCount].Add(blocks, number, bytes);

    /// <summary>Drops all blocks of a run that nobody reads any more.</summary>
    public void Forget(CachedBlocks blocks)
    {
        foreach (Shard shard in _shards)
        {
            shard.Forget(blocks);
        }
    }

    private sealed class Shard(long capacityBytes)
    {
        // What a block takes beside its bytes: the array's header and its place in the queue.
        private const int OverheadBytes = 48;

        private readonly Lock _gate = new();
        private readonly Queue<(CachedBlocks Blocks, int Number)> _queue = new();
        private long _sizeBytes;

        public void Add(CachedBlocks blocks, int number, byte[] bytes)
        {
            lock (_gate)
            {
                if (bytes.Length + OverheadBytes > capacityBytes || !blocks.TryKeep(number, bytes))
                {
                    return;
                }

                // Readers mark blocks as used meanwhile: nobody is passed over twice, so that this ends.
                int chances = _queue.Count;
                _queue.Enqueue((blocks, number));
                _sizeBytes += bytes.Length + OverheadBytes;
                while (_sizeBytes > capacityBytes)
                {
                    (CachedBlocks Blocks, int Number) first = _queue.Dequeue();
                    if (chances-- > 0 && first.Blocks.TakeUse(first.Number))
                    {
                        _queue.Enqueue(first);
                    }
                    else
                    {
                        _sizeBytes -= first.Blocks.Drop(first.Number) + OverheadBytes;
                    }
                }
            }
        }

        public void Forget(CachedBlocks blocks)
        {
            lock (_gate)
            {
                for (int left = _queue.Count; left > 0; left--)
                {
                    (CachedBlocks Blocks, int Number) first = _queue.Dequeue();
                    if (first.Blocks == blocks)
                    {
                        _sizeBytes -= first.Blocks.Drop(first.Number) + OverheadBytes;
                    }
                    else
                    {
                        _queue.Enqueue(first);
                    }
                }
            }
        }
    }
}
