using Duramen.Disk.Simulated;

namespace Duramen.Disk.Tests.Contract;

public sealed class SimulatedDiskContract() : DiskContract(new SimulatedDisk(1), "/data");
