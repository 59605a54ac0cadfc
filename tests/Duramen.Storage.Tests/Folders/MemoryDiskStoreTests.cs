using Duramen.Disk;
using Duramen.Disk.Memory;

namespace Duramen.Storage.Tests.Folders;

public sealed class MemoryDiskStoreTests : DataFolderStoreContractTests
{
    protected override IDisk Disk { get; } = new MemoryDisk();

    protected override string Root => "/data";
}
