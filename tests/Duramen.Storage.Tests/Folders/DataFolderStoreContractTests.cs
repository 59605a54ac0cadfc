using Duramen.Disk;
using Duramen.Log;
using Duramen.Log.Contract;
using Duramen.Storage.Folders;

namespace Duramen.Storage.Tests.Folders;

/// <summary>The contract of a store of logs, kept by a data folder.</summary>
public abstract class DataFolderStoreContractTests : LogStoreContractTests
{
    private int _count;

    protected abstract IDisk Disk { get; }

    protected abstract string Root { get; }

    private static StorageOptions Options => new() { JournalFileSizeBytes = 64 << 10, JournalFilesMax = 4, MaintenanceInterval = TimeSpan.Zero };

    protected override async ValueTask<ILogStore> CreateAsync() => await DataFolder.OpenAsync(Disk, $"{Root}/folder{_count++}", Options);

    protected override ValueTask CloseAsync(ILogStore store) => ((DataFolder)store).DisposeAsync();

    protected override async ValueTask<ILogStore> ReopenAsync(ILogStore store)
    {
        await CloseAsync(store);
        return await DataFolder.OpenAsync(Disk, ((DataFolder)store).Path, Options);
    }
}
