using Duramen.Disk;
using Duramen.Disk.Posix;

namespace Duramen.Storage.Tests.Logs;

public sealed class PosixDiskLogTests : DiskLogContractTests
{
    protected override IDisk Disk { get; } = new PosixDisk();

    protected override string Root { get; } = Directory.CreateTempSubdirectory("duramen-log-").FullName;

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(Root, recursive: true);
    }
}
