using Duramen.Disk;
using Duramen.Disk.Posix;

namespace Duramen.Storage.Tests.Folders;

public sealed class PosixDiskStoreTests : DataFolderStoreContractTests
{
    protected override IDisk Disk { get; } = new PosixDisk();

    protected override string Root { get; } = Directory.CreateTempSubdirectory("duramen-store-").FullName;

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(Root, recursive: true);
    }
}
