using Duramen.Disk.Memory;

namespace Duramen.Disk.Tests.Contract;

public sealed class MemoryDiskContract() : DiskContract(new MemoryDisk(), "/data");
