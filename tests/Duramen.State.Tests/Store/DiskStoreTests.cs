using Duramen.Disk.Memory;
using Duramen.State.Store;
using Duramen.State.Store.Disk;

namespace Duramen.State.Tests.Store;

/// <summary>A store on disk that writes a run every few versions, in blocks of a few versions.</summary>
public sealed class DiskStoreTests : StoreContractTests
{
    private int _opened;

    internal static StoreOptions SmallOptions { get; } = new() { MemoryBytes = 1 << 20, RecentBytes = 12 << 10, BlockBytes = 128 };

    protected override IVersionedStore Open() => DiskStore.Open(new MemoryDisk(), $"/stores/{_opened++}", default, SmallOptions);

    protected override async ValueTask RearrangeAsync(IVersionedStore store) => await ((DiskStore)store).MergeAsync();
}
