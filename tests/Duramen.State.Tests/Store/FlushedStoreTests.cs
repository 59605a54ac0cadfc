using Duramen.Disk.Memory;
using Duramen.State.Store;
using Duramen.State.Store.Disk;

namespace Duramen.State.Tests.Store;

/// <summary>A store on disk of the usual size, all of whose versions are in memory first and in one run then.</summary>
public sealed class FlushedStoreTests : StoreContractTests
{
    private readonly MemoryDisk _disk = new();
    private int _opened;

    protected override IVersionedStore Open() => DiskStore.Open(_disk, $"/stores/{_opened++}");

    protected override ValueTask RearrangeAsync(IVersionedStore store) => store.FlushAsync();
}
