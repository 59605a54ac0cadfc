using Duramen.Core.Ids;
using Duramen.Disk.Memory;
using Duramen.State.Store;
using Duramen.State.Store.Disk;

namespace Duramen.State.Tests.Store;

/// <summary>What reading and writing a store cost in allocated memory, on the thread that does it.</summary>
public sealed class StoreAllocationTests
{
    private const int Keys = 2000;
    private const int Rounds = 5;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reading_keys_that_were_read_before_allocates_nothing(bool isFlushed)
    {
        await using DiskStore store = await OpenAsync(isFlushed);
        using IStoreSnapshot snapshot = store.OpenSnapshot();
        AssertAllocates(0, Keys * 101, () =>
        {
            int found = 0;
            Span<byte> key = stackalloc byte[4];
            for (int number = 0; number < Keys; number++)
            {
                BitConverter.TryWriteBytes(key, number);
                found += snapshot.TryGet(key, snapshot.Position, out _) ? 1 : 0;
                found += snapshot.TryGet(key, new Offset(Keys), out VersionView version) ? version.Value.Length : 0;
            }

            return found;
        });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_scan_allocates_less_than_a_byte_for_each_key(bool isFlushed)
    {
        await using DiskStore store = await OpenAsync(isFlushed);
        using IStoreSnapshot snapshot = store.OpenSnapshot();
        AssertAllocates(Keys, Keys, () =>
        {
            int keys = 0;
            using IVersionCursor cursor = snapshot.Scan(KeyRange.All, snapshot.Position);
            while (cursor.MoveNext())
            {
                keys += cursor.Current.Value.IsNull ? 0 : 1;
            }

            return keys;
        });
    }

    [Fact]
    public async Task Putting_keys_that_are_in_memory_allocates_nothing_but_chunks()
    {
        await using DiskStore store = await OpenAsync(isFlushed: false);
        AssertAllocates(0, 100, () =>
        {
            PutAll(store, 100);
            return 100;
        });
    }

    // The least of several rounds counts: in some a chunk is added.
    private static void AssertAllocates(long atMostBytes, int expected, Func<int> action)
    {
        Assert.Equal(expected, action());
        long least = long.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.InRange(least, 0, atMostBytes);
    }

    private static async Task<DiskStore> OpenAsync(bool isFlushed)
    {
        DiskStore store = DiskStore.Open(new MemoryDisk(), "/store");
        PutAll(store, Keys);
        PutAll(store, Keys);
        if (isFlushed)
        {
            await store.FlushAsync();
        }

        return store;
    }

    private static void PutAll(DiskStore store, int keys)
    {
        Span<byte> key = stackalloc byte[4];
        Span<byte> value = stackalloc byte[100];
        value.Clear();
        for (int number = 0; number < keys; number++)
        {
            BitConverter.TryWriteBytes(key, number);
            store.Put(key, value, store.Position, number);
            store.Advance(store.Position.Plus(1));
        }
    }
}
