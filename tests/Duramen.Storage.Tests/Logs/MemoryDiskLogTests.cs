using Duramen.Disk;
using Duramen.Disk.Memory;

namespace Duramen.Storage.Tests.Logs;

public sealed class MemoryDiskLogTests : DiskLogContractTests
{
    protected override IDisk Disk { get; } = new MemoryDisk();

    protected override string Root => "/data";
}
