using Duramen.Core.Errors;
using Duramen.Faults.Tests.Simulated;
using Xunit;

namespace Duramen.Faults.Tests.Damage;

public sealed class CatalogCopyTests
{
    [Theory]
    [InlineData("catalog.a", "catalog.b", false)]
    [InlineData("catalog.b", "catalog.a", false)]
    [InlineData("catalog.a", "catalog.b", true)]
    [InlineData("catalog.b", "catalog.a", true)]
    public async Task A_copy_that_is_damaged_or_missing_is_made_anew_before_the_other_can_go_too(string first, string second, bool isMissing)
    {
        var folder = new TestFolder();
        await folder.OpenAsync();
        await folder.CreateAsync("one");
        await folder.AppendAsync("one");

        // Nothing is left to recover: only the copy calls for a new catalog.
        folder.Open.Checkpoint();
        await folder.KillAsync();
        string path = $"{TestFolder.Root}/{first}";
        if (isMissing)
        {
            folder.Disk.DeleteFile(path);
        }
        else
        {
            folder.Disk.FlipBit(path, 50, 1);
        }

        await folder.OpenAsync();
        Assert.Contains(folder.Notices, notice => notice.Contains(path, StringComparison.Ordinal) && notice.Contains("repaired", StringComparison.Ordinal));
        await folder.KillAsync();
        await ReadWithoutAsync(folder, second);
    }

    [Theory]
    [InlineData("catalog.a", "catalog.b")]
    [InlineData("catalog.b", "catalog.a")]
    public async Task A_copy_that_a_crash_left_older_is_made_anew_before_the_journal_that_it_needs_is_written_over(string first, string second)
    {
        const string JournalFile = TestFolder.Journal + "/000.journal";
        var folder = new TestFolder();
        await folder.OpenAsync();
        await folder.CreateAsync("one");
        folder.Open.Checkpoint();
        byte[] older = folder.Disk.ReadContent($"{TestFolder.Root}/{first}");
        for (int append = 0; append < 16; append++)
        {
            await folder.AppendAsync("one");
        }

        // The newer copy stands in the second journal file, and the first is needed by the older copy alone.
        folder.Open.Checkpoint();
        await folder.KillAsync();
        folder.Disk.RestoreContent($"{TestFolder.Root}/{first}", older);
        byte[] needed = FirstNeeded();
        await folder.OpenAsync();
        while (FirstNeeded().AsSpan().SequenceEqual(needed))
        {
            await folder.AppendAsync("one");
        }

        await folder.KillAsync();
        await ReadWithoutAsync(folder, second);

        // The older copy includes the first group, the creation of the log, and begins at the second.
        byte[] FirstNeeded() => folder.Disk.ReadContent(JournalFile)[4096..8192];
    }

    private static async Task ReadWithoutAsync(TestFolder folder, string copy)
    {
        folder.Disk.FlipBit($"{TestFolder.Root}/{copy}", 50, 1);
        DuramenException? refusal = await folder.OpenAndReadAsync();
        Assert.True(refusal is null, $"{refusal}");
    }
}
