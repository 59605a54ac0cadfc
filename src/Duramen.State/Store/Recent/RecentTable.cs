using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Duramen.Core.Binary;
using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.State.Store.Keys;

namespace Duramen.State.Store.Recent;

/// <summary>
/// The versions that were put last and are in no run yet: a hash table of keys, each with its versions newest first, in memory that is only added to.
/// One writer; readers need no lock. Every structure that grows is copied and published, and what was published never changes, but for the newest version of a
/// key and for empty slots. Counted: memory goes back when the last reference is released.
/// </summary>
internal sealed class RecentTable
{
    // Who could choose keys that meet in one slot would make every put a search, so where a hash leads is drawn anew for each process.
    private static readonly ulong Multiplier = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(ulong))) | 1;

    private readonly ChunkPool _pool;
    private readonly Arena _arena;

    // A slot has the place of a key in its lower half, and half of its hash in the upper one; 0 is empty.
    private volatile ulong[] _slots;
    private int[] _keys;
    private volatile int _keyCount;
    private int[] _versions;
    private volatile int _versionCount;
    private SortedKeys? _sorted;

    /// <param name="pool">Where its memory comes from.</param>
    /// <param name="from">The position that it begins at.</param>
    /// <param name="before">The table before it, if there was one.</param>
    public RecentTable(ChunkPool pool, Offset from, RecentTable? before = null)
    {
        _pool = pool;
        _arena = new Arena(pool);
        (_slots, _keys, _versions) = pool.RentArrays(before?.Arrays);
        References = new References(Free);
        From = from;
    }

    /// <summary>Who reads or writes the table.</summary>
    public References References { get; }

    /// <summary>The position that the table began at.</summary>
    public Offset From { get; }

    public int KeyCount => _keyCount;

    public int VersionCount => _versionCount;

    public bool IsEmpty => _versionCount == 0;

    /// <summary>The memory in use, in bytes.</summary>
    public long SizeBytes => _arena.SizeBytes + Arrays.SizeBytes;

    /// <summary>The offset of the newest version.</summary>
    public long LastOffset { get; private set; } = -1;

    /// <summary>Adds a version; the owner only.</summary>
    public void Add(ReadOnlySpan<byte> key, in KeyHash hash, NullableBytes value, long offset, long timestampMs)
    {
        Invariant.Holds(offset >= LastOffset);
        LastOffset = offset;
        int place = FindKey(key, hash);
        if (place == 0)
        {
            place = AddKey(key, hash);
        }

        int previous = _arena.At<KeyFields>(place).Newest;
        int version = _arena.Take(VersionFields.SizeBytes + value.Length);
        byte[] chunk = _arena.Find(version, out int position);
        value.Span.CopyTo(chunk.AsSpan(position + VersionFields.SizeBytes));
        ref VersionFields fields = ref _arena.At<VersionFields>(version);
        fields.Offset = offset;
        fields.TimestampMs = timestampMs;
        fields.Previous = previous;
        fields.Key = place;
        fields.ValueLength = value.IsNull ? -1 : value.Length;
        SetJump(ref fields, previous);
        if (previous != 0 && Version(previous).Offset == offset)
        {
            Version(previous).Key = VersionFields.Replaced;
        }

        Append(ref _versions, _versionCount, version);
        _versionCount++;
        Volatile.Write(ref _arena.At<KeyFields>(place).Newest, version);
    }

    /// <summary>The place of the newest version of a key as of an offset; 0 when there is none.</summary>
    public int Find(ReadOnlySpan<byte> key, in KeyHash hash, long asOf)
    {
        int place = FindKey(key, hash);
        return place == 0 ? 0 : FindAsOf(NewestOf(place), asOf);
    }

    /// <summary>The place of the newest version of a key, by the key's place.</summary>
    public int NewestOf(int key) => Volatile.Read(ref _arena.At<KeyFields>(key).Newest);

    /// <summary>The version as of an offset, from a newer one of the same key on; 0 when there is none.</summary>
    public int FindAsOf(int version, long asOf)
    {
        while (version != 0)
        {
            ref VersionFields fields = ref _arena.At<VersionFields>(version);
            if (fields.Offset < asOf)
            {
                return version;
            }

            version = fields.Jump != 0 && _arena.At<VersionFields>(fields.Jump).Offset >= asOf ? fields.Jump : fields.Previous;
        }

        return 0;
    }

    public ref VersionFields Version(int place) => ref _arena.At<VersionFields>(place);

    /// <summary>The array that a version's value lies in, and where.</summary>
    public byte[] ValueOf(int version, out int start)
    {
        byte[] chunk = _arena.Find(version, out int position);
        start = position + VersionFields.SizeBytes;
        return chunk;
    }

    /// <summary>The array that a key lies in, and where.</summary>
    public byte[] KeyOf(int key, out int start, out int length)
    {
        byte[] chunk = _arena.Find(key, out int position);
        start = position + KeyFields.SizeBytes;
        length = MemoryMarshal.AsRef<KeyFields>(chunk.AsSpan(position)).Length;
        return chunk;
    }

    public ReadOnlySpan<byte> KeyAt(int key) => KeyOf(key, out int start, out int length).AsSpan(start, length);

    public KeyHash HashOf(int key)
    {
        ref KeyFields fields = ref _arena.At<KeyFields>(key);
        return new KeyHash(fields.HashFirst, fields.HashSecond);
    }

    public VersionView View(int version)
    {
        ref VersionFields fields = ref Version(version);
        byte[] chunk = ValueOf(version, out int start);
        NullableBytes value = fields.ValueLength < 0 ? NullableBytes.Null : chunk.AsSpan(start, fields.ValueLength);
        return new VersionView(KeyAt(fields.Key), value, new Offset(fields.Offset), fields.TimestampMs);
    }

    /// <summary>The place of the n-th version that was put.</summary>
    public int VersionAt(int index) => Volatile.Read(ref _versions)[index];

    /// <summary>The number of the first version at or after an offset, among the first <paramref name="count"/>.</summary>
    public int FirstVersionSince(long offset, int count)
    {
        int low = 0;
        while (low < count)
        {
            int middle = (low + count) >>> 1;
            if (Version(VersionAt(middle)).Offset < offset)
            {
                low = middle + 1;
            }
            else
            {
                count = middle;
            }
        }

        return low;
    }

    /// <summary>
    /// Gives the places of all keys, sorted, to one who has room for them and for a word of each; of a table that is not added to any more.
    /// </summary>
    public void SortKeys(Span<int> keys, Span<ulong> words)
    {
        _keys.AsSpan(0, _keyCount).CopyTo(keys);
        new KeySort<TableKeys>(new TableKeys(this)).Sort(keys, words);
    }

    /// <summary>The places of all keys at this moment, in sorted pieces.</summary>
    public IReadOnlyList<int[]> SortedPieces()
    {
        SortedKeys sorted = LazyInitializer.EnsureInitialized(ref _sorted, () => new SortedKeys(this))!;
        int count = _keyCount;
        return sorted.UpTo(Volatile.Read(ref _keys).AsSpan(0, count));
    }

    private TableArrays Arrays => new(_slots, _keys, _versions);

    private void Free()
    {
        _arena.Free();
        _pool.Return(Arrays);
        (_slots, _keys, _versions) = ([], [], []);
    }

    private int FindKey(ReadOnlySpan<byte> key, in KeyHash hash)
    {
        ulong[] slots = _slots;
        int mask = slots.Length - 1;
        uint tag = (uint)hash.First;
        for (int slot = SlotOf(hash.First, slots.Length); ; slot = (slot + 1) & mask)
        {
            ulong content = Volatile.Read(ref slots[slot]);
            if (content == 0)
            {
                return 0;
            }

            if ((uint)(content >> 32) == tag && KeyAt((int)content).SequenceEqual(key))
            {
                return (int)content;
            }
        }
    }

    private int AddKey(ReadOnlySpan<byte> key, in KeyHash hash)
    {
        int place = _arena.Take(KeyFields.SizeBytes + key.Length);
        byte[] chunk = _arena.Find(place, out int position);
        key.CopyTo(chunk.AsSpan(position + KeyFields.SizeBytes));
        ref KeyFields fields = ref _arena.At<KeyFields>(place);
        fields.HashFirst = hash.First;
        fields.HashSecond = hash.Second;
        fields.Length = key.Length;
        Volatile.Write(ref fields.Newest, 0);
        if (2 * (_keyCount + 1) > _slots.Length)
        {
            GrowSlots();
        }

        Insert(_slots, hash.First, place);
        Append(ref _keys, _keyCount, place);
        _keyCount++;
        return place;
    }

    private void GrowSlots()
    {
        // Keys do not move: only the slots are made anew, and readers of the old ones miss no key that was there when they began.
        ulong[] slots = new ulong[2 * _slots.Length];
        for (int index = 0; index < _keyCount; index++)
        {
            Insert(slots, _arena.At<KeyFields>(_keys[index]).HashFirst, _keys[index]);
        }

        _slots = slots;
    }

    private static void Insert(ulong[] slots, ulong hash, int place)
    {
        int slot = SlotOf(hash, slots.Length);
        while (slots[slot] != 0)
        {
            slot = (slot + 1) & (slots.Length - 1);
        }

        Volatile.Write(ref slots[slot], ((ulong)(uint)hash << 32) | (uint)place);
    }

    private static int SlotOf(ulong hash, int slots) => (int)(unchecked(hash * Multiplier) >> (64 - BitOperations.Log2((uint)slots)));

    private void SetJump(ref VersionFields fields, int previous)
    {
        fields.Jump = 0;
        fields.Depth = 0;
        if (previous == 0)
        {
            return;
        }

        ref VersionFields before = ref Version(previous);
        fields.Depth = before.Depth + 1;
        fields.Jump = previous;
        if (before.Jump != 0)
        {
            ref VersionFields jump = ref Version(before.Jump);
            if (jump.Jump != 0 && before.Depth - jump.Depth == jump.Depth - Version(jump.Jump).Depth)
            {
                fields.Jump = jump.Jump;
            }
        }
    }

    private static void Append(ref int[] array, int count, int item)
    {
        int[] items = array;
        if (count == items.Length)
        {
            Array.Resize(ref items, 2 * items.Length);
        }

        items[count] = item;

        // A reader that sees the count sees the array too: the count is written after it.
        Volatile.Write(ref array, items);
    }
}
