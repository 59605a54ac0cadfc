using System.Collections.Concurrent;
using Duramen.Core.Ids;
using Duramen.Disk.Memory;
using Duramen.Disk.Simulated;
using Duramen.State.Store;
using Duramen.State.Store.Disk;

namespace Duramen.State.Tests.Store;

/// <summary>A store on disk that writes a run every few versions, in blocks of a few versions.</summary>
public sealed class DiskStoreTests : StoreContractTests
{
    private int _opened;

    internal static StoreOptions SmallOptions { get; } = new() { MemoryBytes = 1 << 20, RecentBytes = 12 << 10, BlockBytes = 128 };

    [Fact]
    public async Task What_is_forgotten_leaves_the_files_though_it_was_the_last_of_its_key()
    {
        await using var store = (DiskStore)Open();
        for (int index = 0; index < 100; index++)
        {
            store.Fold($"key{index}", "value");
        }

        store.Forget(new Offset(90));
        await store.MergeAsync();
        Assert.Equal((new Offset(90), 10L), (store.Horizon, store.Statistics.Versions));

        // A horizon alone leaves the last of each key.
        store.MoveHorizon(new Offset(100));
        await store.MergeAsync();
        Assert.Equal(10, store.Statistics.Versions);
    }

    [Fact]
    public async Task Whoever_reads_a_replaced_run_last_does_not_delete_it()
    {
        var deletedBy = new ConcurrentQueue<int>();
        var disk = new SimulatedDisk
        {
            BeforeOperation = operation =>
            {
                if (operation.Kind == DiskOperationKind.DeleteFile && operation.Path.EndsWith(".run", StringComparison.Ordinal))
                {
                    deletedBy.Enqueue(Environment.CurrentManagedThreadId);
                }
            },
        };
        await using DiskStore store = DiskStore.Open(disk, "/store", default, SmallOptions);
        for (int run = 0; run < 2; run++)
        {
            store.Put("key", $"{run}", run);
            store.Advance(new Offset(run + 1));
            await store.FlushAsync();
        }

        IStoreSnapshot snapshot = store.OpenSnapshot();
        await store.MergeAsync();
        await store.SettleAsync();
        Assert.Empty(deletedBy);
        int reader = Environment.CurrentManagedThreadId;
        snapshot.Dispose();
        await store.SettleAsync();
        Assert.Equal(2, deletedBy.Count);
        Assert.DoesNotContain(reader, deletedBy);
    }

    protected override IVersionedStore Open() => DiskStore.Open(new MemoryDisk(), $"/stores/{_opened++}", default, SmallOptions);

    protected override async ValueTask RearrangeAsync(IVersionedStore store) => await ((DiskStore)store).MergeAsync();
}
