using Duramen.Disk;
using Duramen.Disk.Memory;
using Duramen.Disk.Simulated;
using Duramen.Storage.Folders;

namespace Duramen.Storage.Tests.Folders;

public sealed class NewFolderTests
{
    private const string Path = "/folder";

    [Theory]
    [InlineData("notes.txt")]
    [InlineData("journal")]
    [InlineData("journal/2026/monday")]
    [InlineData("logs/server.log")]
    [InlineData("logs/server/today")]
    [InlineData("lock/file")]
    [InlineData("lost+found")]
    [InlineData("sources/main.c")]
    public async Task No_data_folder_is_made_among_files_of_somebody_else(string file)
    {
        var disk = new MemoryDisk();
        Put(disk, file);
        Put(disk, "zebra");

        StorageException error = await Assert.ThrowsAsync<StorageException>(async () => await OpenAsync(disk));

        Assert.Equal(StorageErrors.NotEmpty, error.Code);
        Assert.Contains(" and 1 more", error.Message, StringComparison.Ordinal);
        Assert.Equal(file.Contains('/') ? ["zebra"] : [file, "zebra"], disk.ListFiles(Path));
        Assert.Equal(file.Contains('/') ? [file.Split('/')[0]] : [], disk.ListFolders(Path));
    }

    [Fact]
    public async Task An_empty_folder_and_the_root_of_a_file_system_become_data_folders()
    {
        var disk = new MemoryDisk();
        disk.CreateFolder($"{Path}/lost+found");
        disk.CreateFolder("/empty");

        await using DataFolder root = await OpenAsync(disk);
        await using DataFolder empty = await OpenAsync(disk, "/empty");

        Assert.Empty(root.Logs);
        Assert.Empty(empty.Logs);
    }

    [Fact]
    public async Task A_data_folder_that_got_a_file_of_somebody_else_still_opens()
    {
        var disk = new MemoryDisk();
        await (await OpenAsync(disk)).DisposeAsync();
        Put(disk, "notes.txt");

        await using DataFolder folder = await OpenAsync(disk);
    }

    [Fact]
    public async Task A_data_folder_without_identity_and_catalogs_is_not_made_anew_over_its_logs()
    {
        var disk = new MemoryDisk();
        await using (DataFolder folder = await OpenAsync(disk))
        {
            await folder.CreateLogAsync("t");
        }

        foreach (string name in (string[])["duramen.folder", "catalog.a", "catalog.b"])
        {
            disk.DeleteFile($"{Path}/{name}");
        }

        StorageException error = await Assert.ThrowsAsync<StorageException>(async () => await OpenAsync(disk));

        Assert.Equal(StorageErrors.FileDamaged, error.Code);
    }

    [Fact]
    public async Task A_folder_that_was_never_finished_is_no_data_folder_for_whoever_makes_none()
    {
        for (int operation = 1; ; operation++)
        {
            var disk = new SimulatedDisk(1) { CrashAt = operation };
            try
            {
                (await OpenAsync(disk)).Abandon();
                break;
            }
            catch (SimulatedCrashException)
            {
                disk.ProcessKill();
            }

            bool isFinished = disk.FileExists($"{Path}/duramen.folder");
            var options = new StorageOptions { CreateIfMissing = false, JournalFileSizeBytes = 64 << 10, MaintenanceInterval = TimeSpan.Zero };
            if (isFinished)
            {
                await using DataFolder folder = await DataFolder.OpenAsync(disk, Path, options);
            }
            else
            {
                StorageException error = await Assert.ThrowsAsync<StorageException>(async () => await DataFolder.OpenAsync(disk, Path, options));
                Assert.Equal(StorageErrors.NotAFolder, error.Code);
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_folder_whose_making_was_interrupted_anywhere_is_made_by_the_next_opening(bool isPowerCut)
    {
        bool wasMade = false;
        int crashes = 0;
        for (int operation = 1; !wasMade; operation++)
        {
            for (ulong seed = 0; seed < 4; seed++)
            {
                var disk = new SimulatedDisk(seed) { CrashAt = operation };
                try
                {
                    (await OpenAsync(disk)).Abandon();
                    wasMade = true;
                }
                catch (SimulatedCrashException)
                {
                    crashes++;
                }

                if (isPowerCut)
                {
                    disk.PowerCut(seed);
                }
                else
                {
                    disk.ProcessKill();
                }

                await using DataFolder folder = await OpenAsync(disk);
                await folder.CreateLogAsync("t");
            }
        }

        // A lock, two folders, two copies of the catalog, the mark and the identity, with their syncs and renames, at the very least.
        Assert.True(crashes > 4 * 20);
    }

    private static ValueTask<DataFolder> OpenAsync(IDisk disk, string path = Path) =>
        DataFolder.OpenAsync(disk, path, new StorageOptions { JournalFileSizeBytes = 64 << 10, MaintenanceInterval = TimeSpan.Zero });

    private static void Put(MemoryDisk disk, string file)
    {
        string path = $"{Path}/{file}";
        disk.CreateFolder(path[..path.LastIndexOf('/')]);
        disk.Open(path, DiskFileMode.CreateNew).Dispose();
    }
}
