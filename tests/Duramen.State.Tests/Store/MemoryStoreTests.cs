using Duramen.State.Store;
using Duramen.State.Store.Memory;

namespace Duramen.State.Tests.Store;

public sealed class MemoryStoreTests : StoreContractTests
{
    protected override IVersionedStore Open() => new MemoryStore();

    protected override ValueTask RearrangeAsync(IVersionedStore store) => ValueTask.CompletedTask;
}
