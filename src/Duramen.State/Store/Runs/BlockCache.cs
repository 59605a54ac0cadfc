using System.Diagnostics.CodeAnalysis;

namespace Duramen.State.Store.Runs;

/// <summary>
/// Blocks that were read by key, as many as the budget has room for. What was not used for a round of the clock's hand is dropped first. Blocks belong to the
/// garbage collector, so that a reader may keep one that the cache has dropped. Safe for several threads.
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

    public bool TryGet(long run, int block, [NotNullWhen(true)] out byte[]? bytes) => ShardOf(run, block).TryGet((run, block), out bytes);

    public void Add(long run, int block, byte[] bytes) => ShardOf(run, block).Add((run, block), bytes);

    private Shard ShardOf(long run, int block) => _shards[(int)((uint)(run + block) % ShardCount)];

    private sealed class Shard(long capacityBytes)
    {
        // What a block takes beside its bytes: the array's header, and its place in the table and on the clock.
        private const int OverheadBytes = 96;

        private readonly Lock _gate = new();
        private readonly Dictionary<(long Run, int Block), int> _places = [];
        private readonly List<Slot> _clock = [];
        private long _sizeBytes;
        private int _hand;

        public bool TryGet((long Run, int Block) key, [NotNullWhen(true)] out byte[]? bytes)
        {
            lock (_gate)
            {
                if (_places.TryGetValue(key, out int place))
                {
                    Slot slot = _clock[place];
                    slot.WasUsed = true;
                    bytes = slot.Bytes;
                    return true;
                }
            }

            bytes = null;
            return false;
        }

        public void Add((long Run, int Block) key, byte[] bytes)
        {
            lock (_gate)
            {
                if (bytes.Length + OverheadBytes > capacityBytes || _places.ContainsKey(key))
                {
                    return;
                }

                int place = -1;
                _sizeBytes += bytes.Length + OverheadBytes;
                while (_sizeBytes > capacityBytes)
                {
                    place = Drop(place);
                }

                if (place < 0)
                {
                    place = _clock.Count;
                    _clock.Add(new Slot());
                }

                Slot slot = _clock[place];
                (slot.Key, slot.Bytes, slot.WasUsed) = (key, bytes, false);
                _places.Add(key, place);
            }
        }

        /// <summary>Drops one block. Gives the place that is free for the new one; a further free place is taken out of the clock.</summary>
        private int Drop(int free)
        {
            while (_clock[_hand].WasUsed || _hand == free)
            {
                _clock[_hand].WasUsed = false;
                _hand = (_hand + 1) % _clock.Count;
            }

            Slot dropped = _clock[_hand];
            _sizeBytes -= dropped.Bytes.Length + OverheadBytes;
            _places.Remove(dropped.Key);
            if (free < 0)
            {
                free = _hand;
                _hand = (_hand + 1) % _clock.Count;
                return free;
            }

            // The last one of the clock moves to where the dropped one was.
            int last = _clock.Count - 1;
            Slot moved = _clock[last];
            _clock.RemoveAt(last);
            if (_hand != last)
            {
                _clock[_hand] = moved;
                if (last == free)
                {
                    free = _hand;
                }
                else
                {
                    _places[moved.Key] = _hand;
                }
            }

            _hand = _hand == _clock.Count ? 0 : _hand;
            return free;
        }

        private sealed class Slot
        {
            public (long Run, int Block) Key { get; set; }

            public byte[] Bytes { get; set; } = [];

            public bool WasUsed { get; set; }
        }
    }
}
