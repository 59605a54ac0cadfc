using Duramen.Disk;
using Duramen.Log;
using Duramen.Log.Contract;
using Duramen.Storage.Folders;
using Duramen.Storage.Logs;

namespace Duramen.Storage.Tests.Logs;

/// <summary>The contract of a log, kept by a log on disk. Segments and journal are tiny, so that rolling and checkpoints happen all the time.</summary>
public abstract class DiskLogContractTests : SurvivingLogContractTests
{
    private readonly Dictionary<Duramen.Core.Ids.LogId, DataFolder> _folders = [];
    private int _count;

    protected abstract IDisk Disk { get; }

    protected abstract string Root { get; }

    private static StorageOptions Options => new() { JournalFileSizeBytes = 64 << 10, JournalFilesMax = 4, MaintenanceInterval = TimeSpan.Zero };

    protected override async ValueTask<IReplicaLog> CreateAsync(CommitRule rule)
    {
        DataFolder folder = await DataFolder.OpenAsync(Disk, $"{Root}/folder{_count++}", Options);
        DiskLog log = await folder.CreateLogAsync("a log", new LogOptions { CommitRule = rule, SegmentSizeBytes = 4096 });
        _folders.Add(log.Id, folder);
        return log;
    }

    protected override ValueTask CloseAsync(IReplicaLog log) => _folders[log.Id].DisposeAsync();

    protected override async ValueTask<IReplicaLog> ReopenAsync(IReplicaLog log)
    {
        DataFolder folder = _folders[log.Id];
        await folder.DisposeAsync();
        DataFolder again = await DataFolder.OpenAsync(Disk, folder.Path, Options);
        _folders[log.Id] = again;
        return again.FindLog(log.Name)!;
    }
}
