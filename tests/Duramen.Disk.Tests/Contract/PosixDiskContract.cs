using Duramen.Disk.Posix;

namespace Duramen.Disk.Tests.Contract;

public sealed class PosixDiskContract() : DiskContract(new PosixDisk(), Directory.CreateTempSubdirectory("disk-").FullName), IDisposable
{
    public void Dispose() => Disk.DeleteFolder(Root);
}
