using Duramen.Core.Errors;
using Duramen.Faults.Tests.Oracle;
using Duramen.Faults.Tests.Simulated;
using Duramen.Storage;
using Xunit;

namespace Duramen.Faults.Tests.Recovery;

/// <summary>
/// A power cut took the mark of everything that was acknowledged since the last checkpoint, and a journal file is damaged as well: the groups
/// behind the damage are the only ones that say that something is missing before them.
/// </summary>
public sealed class LostMarkTests
{
    // One file and four fifths of the next; either is longer than what recovery reads at once.
    private const int Appends = 900;
    private const int BlockBytes = 4096;

    private static readonly StorageOptions Options =
        CrashCase.Options with { JournalFileSizeBytes = 2 << 20, JournalFilesMax = 16, GroupBufferBytes = 64 << 10 };

    [Fact]
    public Task Groups_behind_a_damaged_first_group_of_a_journal_file_are_not_cut() => RefuseAsync(file => file[100] ^= 1);

    [Theory]
    [InlineData(1)]
    [InlineData(300)]
    public Task Groups_behind_zeroed_first_blocks_of_a_journal_file_are_not_cut(int blocks) =>
        RefuseAsync(file => file.AsSpan(0, blocks * BlockBytes).Clear());

    [Fact]
    public async Task Groups_behind_a_block_of_another_folder_are_not_cut()
    {
        var other = new TestFolder();
        await other.OpenAsync();
        await other.CreateAsync("one");
        await other.KillAsync();
        byte[] foreign = other.Disk.ReadContent(TestFolder.Journal + "/000.journal");
        await RefuseAsync(file => foreign.AsSpan(0, BlockBytes).CopyTo(file));
    }

    private static async Task RefuseAsync(Action<byte[]> damage)
    {
        var folder = new TestFolder { Options = Options };
        await folder.OpenAsync();
        await folder.CreateAsync("one");
        byte[] mark = folder.Disk.ReadContent(TestFolder.Mark);
        for (int append = 0; append < Appends; append++)
        {
            await folder.AppendAsync("one");
        }

        await folder.KillAsync();
        const string Second = TestFolder.Journal + "/001.journal";
        byte[] content = folder.Disk.ReadContent(Second);
        damage(content);
        folder.Disk.RestoreContent(Second, content);
        folder.Disk.RestoreContent(TestFolder.Mark, mark);
        DuramenException? refusal = await folder.OpenAndReadAsync();
        Assert.Equal(StorageErrors.JournalCorrupt, refusal?.Code);
    }
}
