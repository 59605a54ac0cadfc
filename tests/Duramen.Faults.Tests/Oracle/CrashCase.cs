using Duramen.Core.Errors;
using Duramen.Disk.Simulated;
using Duramen.Storage;
using Duramen.Storage.Folders;

namespace Duramen.Faults.Tests.Oracle;

/// <summary>How a machine goes down.</summary>
internal enum Crash
{
    /// <summary>The process dies; the page cache lives.</summary>
    Kill,

    /// <summary>The power goes.</summary>
    Power,
}

/// <summary>
/// One life of a folder on a simulated disk: work, a crash at one operation, perhaps a crash during recovery, more work, another crash, a clean
/// stop; the oracle looks after each.
/// </summary>
/// <param name="Seed">Of the workload and of what chance decides.</param>
/// <param name="At">The operation of the first crash, counted from the folder's making.</param>
/// <param name="First">The first crash.</param>
/// <param name="InRecovery">The operation of a crash counted from the beginning of the recovery after it; 0 for none.</param>
/// <param name="Second">That crash, and the one after more work.</param>
internal sealed record CrashCase(ulong Seed, long At, Crash First, long InRecovery, Crash Second)
{
    public const string Path = "/disk/folder";
    private const int Steps = 30;

    public static StorageOptions Options => new()
    {
        JournalFileSizeBytes = 64 << 10,
        JournalFilesMax = 3,
        GroupBufferBytes = 16 << 10,
        MaintenanceInterval = TimeSpan.Zero,
        DeletedPieceBytes = 700,
    };

    /// <summary>The number of operations when nothing happens.</summary>
    public static async Task<long> CountOperationsAsync(ulong seed)
    {
        var disk = new SimulatedDisk(seed);
        var workload = new Workload(seed, () => false);
        DataFolder folder = await DataFolder.OpenAsync(disk, Path, Options);
        await workload.RunAsync(folder, Steps);
        long count = disk.OperationCount;
        await folder.DisposeAsync();
        return count;
    }

    public async Task RunAsync()
    {
        var disk = new SimulatedDisk(Seed);
        var notices = new List<string>();
        StorageOptions options = Options with { Notice = notices.Add };
        try
        {
            var workload = new Workload(Seed, () => disk.CrashAt > 0 && disk.OperationCount >= disk.CrashAt);
            disk.CrashAt = At;
            if (await OpenOrCrashAsync(disk, options) is DataFolder begun)
            {
                await workload.RunAsync(begun, Steps);
                await CrashNowAsync(disk, begun);
            }

            GoDown(disk, First, 1);
            if (InRecovery > 0)
            {
                disk.CrashAt = disk.OperationCount + InRecovery;
                if (await OpenOrCrashAsync(disk, options) is DataFolder survived)
                {
                    await CrashNowAsync(disk, survived);
                }

                GoDown(disk, Second, 2);
            }

            DataFolder folder = await DataFolder.OpenAsync(disk, Path, options);
            await CheckAsync(workload, folder);
            await workload.RunAsync(folder, 6);
            await CrashNowAsync(disk, folder);
            GoDown(disk, Second, 3);
            folder = await DataFolder.OpenAsync(disk, Path, options);
            await CheckAsync(workload, folder);
            await folder.DisposeAsync();
            disk.PowerCut(Salted(4));
            folder = await DataFolder.OpenAsync(disk, Path, options);
            await CheckAsync(workload, folder);
            await folder.DisposeAsync();
        }
        catch (Exception cause)
        {
            throw new OracleException($"{this}\n{cause}\n{string.Join('\n', notices)}\n{disk.Trace}", cause);
        }
    }

    /// <summary>Takes the disk away from a folder that is open, so that it stops where it is and its threads end.</summary>
    public static async Task CrashNowAsync(SimulatedDisk disk, DataFolder folder)
    {
        if (disk.CrashAt == 0 || disk.CrashAt > disk.OperationCount)
        {
            disk.CrashAt = disk.OperationCount + 1;
        }

        try
        {
            await folder.DisposeAsync();
        }
        catch (Exception cause) when (cause is SimulatedCrashException or DuramenException)
        {
            // What it still wanted to write is lost; that is the point.
        }
    }

    private static async Task<DataFolder?> OpenOrCrashAsync(SimulatedDisk disk, StorageOptions options)
    {
        try
        {
            return await DataFolder.OpenAsync(disk, Path, options);
        }
        catch (SimulatedCrashException)
        {
            return null;
        }
    }

    private static async Task CheckAsync(Workload workload, DataFolder folder)
    {
        if (await workload.CompareAsync(folder) is string difference)
        {
            throw new OracleException(difference);
        }

        await workload.RetryAsync(folder);
    }

    private void GoDown(SimulatedDisk disk, Crash crash, ulong salt)
    {
        if (crash == Crash.Power)
        {
            disk.PowerCut(Salted(salt));
        }
        else
        {
            disk.ProcessKill();
        }
    }

    private ulong Salted(ulong salt) => (Seed * 1_000_003) + ((ulong)At * 7919) + ((ulong)InRecovery * 31) + salt;
}
