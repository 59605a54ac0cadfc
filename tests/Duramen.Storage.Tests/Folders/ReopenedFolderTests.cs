using Duramen.Disk.Memory;
using Duramen.Storage.Folders;
using Xunit;

namespace Duramen.Storage.Tests.Folders;

public sealed class ReopenedFolderTests
{
    private const string Path = "/folder";

    [Fact]
    public async Task Opening_a_folder_again_and_again_makes_no_further_journal_files()
    {
        var disk = new MemoryDisk();
        for (int round = 0; round < 6; round++)
        {
            await using DataFolder folder = await OpenAsync(disk, []);
            await folder.CreateLogAsync($"log {round}");
        }

        Assert.InRange(disk.ListFiles($"{Path}/journal").Count(name => name.EndsWith(".journal", StringComparison.Ordinal)), 1, 2);
    }

    [Fact]
    public async Task Making_a_folder_and_opening_it_after_a_clean_stop_is_nothing_to_tell()
    {
        var disk = new MemoryDisk();
        var notices = new List<string>();
        for (int round = 0; round < 2; round++)
        {
            await using DataFolder folder = await OpenAsync(disk, notices);
        }

        Assert.Empty(notices);
    }

    private static ValueTask<DataFolder> OpenAsync(MemoryDisk disk, List<string> notices) =>
        DataFolder.OpenAsync(disk, Path, new StorageOptions { JournalFileSizeBytes = 64 << 10, Notice = notices.Add });
}
