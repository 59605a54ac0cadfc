using System.Buffers;
using System.Buffers.Binary;
using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Duramen.State.Store.Keys;
using Duramen.State.Store.Recent;
using Duramen.State.Store.Runs;

namespace Duramen.State.Store.Disk;

/// <summary>The keys that were put between two offsets, in order, each once. One owner, who disposes it.</summary>
internal sealed class ChangedKeys : IDisposable
{
    // Beyond this many bytes of keys a pass over the table needs less memory, and hardly more time.
    private const int MaxBytes = 32 << 20;

    private readonly PooledBuffer _bytes = new();
    private int[] _places = ArrayPool<int>.Shared.Rent(64);

    private ChangedKeys()
    {
    }

    public int Count { get; private set; }

    /// <summary>Collects the keys put at or after one offset and below another; null when they are too many.</summary>
    public static ChangedKeys? TryCollect(StoreView view, Offset from, Offset to)
    {
        var keys = new ChangedKeys();
        bool fits = true;
        foreach (Run run in view.Runs)
        {
            fits = fits && (run.State.To <= from || run.State.From >= to || keys.TryAdd(run, from.Value, to.Value));
        }

        foreach (RecentTable table in view.Recent)
        {
            fits = fits && keys.TryAdd(table, from.Value, to.Value);
        }

        if (!fits)
        {
            keys.Dispose();
            return null;
        }

        keys.SortAndUnite();
        return keys;
    }

    public ReadOnlySpan<byte> this[int index] => new Keys(_bytes.WrittenMemory).KeyAt(_places[index]);

    public void Dispose()
    {
        _bytes.Dispose();
        ArrayPool<int>.Shared.Return(_places);
        _places = [];
    }

    private bool TryAdd(RecentTable table, long from, long to)
    {
        int count = table.VersionCount;
        for (int index = table.FirstVersionSince(from, count); index < count; index++)
        {
            ref VersionFields version = ref table.Version(table.VersionAt(index));
            if (version.Offset >= to)
            {
                return true;
            }

            if (!TryAdd(table.KeyAt(version.Key)))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryAdd(Run run, long from, long to)
    {
        ChangeIndex index = run.Changes;
        for (int number = index.FindSince(from); number < index.Count && index.FirstOffsetOf(number) < to; number++)
        {
            int size = index.SizeOf(number);
            byte[] bytes = ArrayPool<byte>.Shared.Rent(size);
            try
            {
                run.ReadExactly(bytes.AsSpan(0, size), index.PositionOf(number));
                if (!TryAdd(run, run.Verify(bytes.AsSpan(0, size), index.PositionOf(number)), index.PositionOf(number), from, to))
                {
                    return false;
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(bytes);
            }
        }

        return true;
    }

    private bool TryAdd(Run run, ReadOnlySpan<byte> content, long position, long from, long to)
    {
        var changes = new ChangeBlock(content);
        while (changes.MoveNext())
        {
            if (changes.Offset >= to)
            {
                return true;
            }

            if (changes.Offset >= from && !TryAdd(changes.Key))
            {
                return false;
            }
        }

        return changes.IsMalformed ? throw run.Malformed(position) : true;
    }

    private bool TryAdd(ReadOnlySpan<byte> key)
    {
        if (_bytes.Length + sizeof(int) + key.Length > MaxBytes)
        {
            return false;
        }

        if (Count == _places.Length)
        {
            int[] larger = ArrayPool<int>.Shared.Rent(2 * Count);
            _places.CopyTo(larger, 0);
            ArrayPool<int>.Shared.Return(_places);
            _places = larger;
        }

        _places[Count++] = _bytes.Length;
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.GetSpan(sizeof(int)), key.Length);
        _bytes.Advance(sizeof(int));
        _bytes.Write(key);
        return true;
    }

    private void SortAndUnite()
    {
        new KeySort<Keys>(new Keys(_bytes.WrittenMemory)).Sort(_places.AsSpan(0, Count));
        int kept = 0;
        for (int index = 0; index < Count; index++)
        {
            if (kept == 0 || !this[index].SequenceEqual(this[kept - 1]))
            {
                _places[kept++] = _places[index];
            }
        }

        Count = kept;
    }

    /// <summary>Keys one after the other, each behind its length.</summary>
    private readonly struct Keys(ReadOnlyMemory<byte> bytes) : IKeys
    {
        public ReadOnlySpan<byte> KeyAt(int number)
        {
            ReadOnlySpan<byte> from = bytes.Span[number..];
            return from.Slice(sizeof(int), BinaryPrimitives.ReadInt32LittleEndian(from));
        }
    }
}
