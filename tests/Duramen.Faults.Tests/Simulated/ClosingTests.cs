using Duramen.Core.Errors;
using Duramen.Disk.Simulated;
using Duramen.Faults.Tests.Oracle;
using Duramen.Log;
using Duramen.Storage;
using Duramen.Storage.Folders;
using Xunit;

namespace Duramen.Faults.Tests.Simulated;

public sealed class ClosingTests
{
    [Fact]
    public async Task A_folder_that_is_closed_while_a_submitter_commits_waits_for_it()
    {
        var folder = new TestFolder();
        await folder.OpenAsync();
        await folder.CreateAsync("one");
        Duramen.Storage.Logs.DiskLog log = folder.Log("one");
        byte[] first = Batches.Of("first", 1, 2000);
        byte[] second = Batches.Of("second", 1, 2000);
        Task<AppendResult>? other = null;
        Task? closing = null;
        folder.Disk.BeforeOperation = operation =>
        {
            if (operation.Kind == DiskOperationKind.Write && operation.Path.EndsWith(".journal", StringComparison.Ordinal))
            {
                // The group of the first append is being written by the thread that called; now come a second append, and the end.
                folder.Disk.BeforeOperation = null;
                other = Task.Run(() => log.AppendAsync(second.ToArray()).AsTask());
                closing = Task.Run(() => folder.Open.DisposeAsync().AsTask());
                Thread.Sleep(200);
            }
        };
        AppendResult result = await log.AppendAsync(first.ToArray());
        await closing!;
        byte[] expected = Batches.Stamped(first, result.BaseOffset.Value);
        try
        {
            AppendResult later = await other!;
            expected = [.. expected, .. Batches.Stamped(second, later.BaseOffset.Value)];
        }
        catch (DuramenException closed)
        {
            Assert.Equal(LogErrors.Closed, closed.Code);
        }

        folder.Disk.ProcessKill();
        await folder.OpenAsync();
        using LogSlice slice = await folder.Log("one").ReadAsync(default, ReadLimits.Default);
        Assert.Equal(expected, slice.Batches.ToArray());
        await folder.Open.DisposeAsync();
    }

    [Fact]
    public async Task A_folder_that_could_not_be_opened_leaves_nothing_open()
    {
        var folder = new TestFolder();
        await folder.OpenAsync();
        await folder.CreateAsync("one");
        await folder.AppendAsync("one");
        await folder.KillAsync();
        folder.Disk.AddFault(new DiskFault(DiskOperationKind.Sync, TestFolder.Root + "/catalog.a.new", Times: 1));
        await Assert.ThrowsAnyAsync<DuramenException>(folder.OpenAsync);
        await folder.OpenAsync();
        Assert.Null(await folder.CompareAsync());
        await folder.Open.DisposeAsync();
    }

    [Fact]
    public async Task Two_openings_of_one_folder_are_refused()
    {
        var folder = new TestFolder();
        await folder.OpenAsync();
        StorageException refusal = await Assert.ThrowsAsync<StorageException>(async () => await DataFolder.OpenAsync(folder.Disk, TestFolder.Root, folder.Options));
        Assert.Equal(StorageErrors.Locked, refusal.Code);
        await folder.Open.DisposeAsync();
    }

    [Theory]
    [InlineData(5000, 3)]
    [InlineData(8192, 3)]
    [InlineData(65536, 1)]
    [InlineData(65536, 1001)]
    public async Task Journal_files_that_could_not_work_are_refused(int sizeBytes, int files)
    {
        var options = new StorageOptions { JournalFileSizeBytes = sizeBytes, JournalFilesMax = files };
        var disk = new SimulatedDisk();
        StorageException refusal = await Assert.ThrowsAsync<StorageException>(async () => await DataFolder.OpenAsync(disk, TestFolder.Root, options));
        Assert.Equal(LogErrors.InvalidOption, refusal.Code);
        Assert.Empty(disk.AllFiles());
    }
}
