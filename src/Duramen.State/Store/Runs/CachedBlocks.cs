using System.Diagnostics.CodeAnalysis;

namespace Duramen.State.Store.Runs;

/// <summary>
/// The blocks of one run that are in memory, by their numbers: to find one is to read one element of an array, without a lock. Which of them stay is decided by the
/// <see cref="BlockCache"/>, which alone calls the other members, for one block from one thread at a time.
/// </summary>
internal sealed class CachedBlocks(int count)
{
    private readonly Slot[] _slots = new Slot[count];

    /// <summary>The memory in use, in bytes, the blocks themselves excluded.</summary>
    public long SizeBytes => count * (2L * IntPtr.Size);

    public bool TryGet(int number, [NotNullWhen(true)] out byte[]? bytes)
    {
        ref Slot slot = ref _slots[number];
        bytes = Volatile.Read(ref slot.Bytes);
        if (bytes is null)
        {
            return false;
        }

        // Written once only, so that those who read the same blocks do not pull at one line of the processors' caches.
        if (!slot.WasUsed)
        {
            slot.WasUsed = true;
        }

        return true;
    }

    /// <summary>Keeps a block; false when another reader was faster.</summary>
    public bool TryKeep(int number, byte[] bytes)
    {
        ref Slot slot = ref _slots[number];
        if (slot.Bytes is not null)
        {
            return false;
        }

        slot.WasUsed = false;
        Volatile.Write(ref slot.Bytes, bytes);
        return true;
    }

    /// <summary>Whether a block was used since this was asked last.</summary>
    public bool TakeUse(int number)
    {
        ref Slot slot = ref _slots[number];
        bool wasUsed = slot.WasUsed;
        slot.WasUsed = false;
        return wasUsed;
    }

    /// <summary>Drops a block that is kept, and gives its size in bytes.</summary>
    public int Drop(int number)
    {
        ref Slot slot = ref _slots[number];
        int size = slot.Bytes!.Length;
        Volatile.Write(ref slot.Bytes, null);
        return size;
    }

    // Side by side, so that a reader touches one line of the processor's cache.
    private struct Slot
    {
        public byte[]? Bytes;
        public bool WasUsed;
    }
}
