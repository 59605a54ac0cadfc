using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Duramen.Core.Checksums;
using Duramen.Core.Errors;
using Duramen.Disk;
using Duramen.Faults.Tests.Oracle;
using Duramen.Faults.Tests.Simulated;
using Duramen.Storage;
using Xunit;

namespace Duramen.Faults.Tests.Damage;

/// <summary>Files that are cut, gone, somebody else's or from another time: everything is read as it was, or an error with a code says why not.</summary>
public sealed class FileFaultTests
{
    private readonly List<string> _failures = [];
    private int _refusals;
    private int _cases;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_file_that_is_cut_anywhere_is_without_effect_or_refused(bool isKilled)
    {
        TestFolder folder = await DamagedFolder.MakeAsync(isKilled);
        foreach (string path in DamagedFolder.Files(folder.Disk))
        {
            byte[] content = folder.Disk.ReadContent(path);
            var lengths = new SortedSet<int>([0, 1, 39, 64, 4095, 4096, 4097, 8192, content.Length / 2, content.Length / 3, content.Length - 4096, content.Length - 1]);
            lengths.UnionWith(BatchEnds(path, content));
            foreach (int length in lengths.Where(length => length >= 0 && length < content.Length))
            {
                await TryAsync(folder, $"{path} cut to {length} of {content.Length}", copy => copy.Disk.RestoreContent(path, content.AsSpan(0, length)));
            }
        }

        Check();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_file_that_is_missing_or_foreign_is_without_effect_or_refused(bool isKilled)
    {
        TestFolder folder = await DamagedFolder.MakeAsync(isKilled);
        TestFolder other = await DamagedFolder.MakeAsync(isKilled);
        string[] files = DamagedFolder.Files(folder.Disk);
        foreach (string path in files)
        {
            byte[] content = folder.Disk.ReadContent(path);
            await TryAsync(folder, $"{path} missing", copy => copy.Disk.DeleteFile(path));
            await TryAsync(folder, $"{path} all zeros", copy => copy.Disk.RestoreContent(path, new byte[content.Length]));
            await TryAsync(folder, $"{path} twice as long", copy => copy.Disk.RestoreContent(path, [.. content, .. content]));
            foreach (string second in files.Where(second => second != path && DamagedFolder.KindOf(second)[^5..] == DamagedFolder.KindOf(path)[^5..]))
            {
                await TryAsync(folder, $"{path} and {second} swapped", copy =>
                {
                    copy.Disk.RestoreContent(path, folder.Disk.ReadContent(second));
                    copy.Disk.RestoreContent(second, content);
                });
                await TryAsync(folder, $"{path} put in the place of {second}", copy => copy.Disk.RestoreContent(second, content));
            }

            foreach (string foreign in DamagedFolder.Files(other.Disk).Where(foreign => DamagedFolder.KindOf(foreign) == DamagedFolder.KindOf(path)))
            {
                await TryAsync(folder, $"{path} from another folder's {foreign}", copy => copy.Disk.RestoreContent(path, other.Disk.ReadContent(foreign)));
            }
        }

        foreach (string group in new[] { "/journal/", "/catalog", ".segment", ".index", "/logs/" })
        {
            await TryAsync(folder, $"all of {group} missing", copy => Array.ForEach(
                DamagedFolder.Files(copy.Disk), path => Delete(copy, path, group)));
        }

        Check();
    }

    [Fact]
    public async Task An_older_backup_of_a_part_of_the_folder_is_without_effect_or_refused()
    {
        foreach (bool isKilled in new[] { false, true })
        {
            var folder = new TestFolder();
            await folder.OpenAsync();
            await folder.CreateAsync("one", 40_000);
            await folder.CreateAsync("two", 12_000);
            await DamagedFolder.AppendAsync(folder, 20);
            await DamagedFolder.EndAsync(folder, isKilled);
            Dictionary<string, byte[]> backup = DamagedFolder.Files(folder.Disk).ToDictionary(path => path, folder.Disk.ReadContent);
            await folder.OpenAsync();
            await DamagedFolder.AppendAsync(folder, 21);
            folder.Open.Checkpoint();
            await DamagedFolder.AppendAsync(folder, 2);
            await DamagedFolder.EndAsync(folder, isKilled);

            string[] parts = [.. backup.Keys.Select(path => path[TestFolder.Root.Length..])];
            string[][] groups =
            [
                .. parts.Select(part => new[] { part }), ["/catalog"], ["/journal/"], [".journal"], [".segment"], [".index"], ["/logs/"],
                ["/catalog", "/logs/"], ["/journal/", "/logs/"], ["/catalog", ".journal"],
            ];

            // After a clean stop the segments hold everything, so that even catalog and journal together may be old. After a kill some of it
            // was in the journal alone, and with that gone nothing is left that could tell.
            groups = isKilled ? groups : [.. groups, ["/catalog", "/journal/"]];
            foreach (string[] group in groups)
            {
                await TryAsync(folder, $"older {string.Join(" and ", group)}, killed {isKilled}", copy =>
                {
                    foreach (string path in DamagedFolder.Files(copy.Disk).Where(path => group.Any(part => path.Contains(part, StringComparison.Ordinal))))
                    {
                        Restore(copy, path, backup);
                    }
                });
            }
        }

        Check();
    }

    [Theory]
    [InlineData("duramen.folder.new")]
    [InlineData("catalog.a.new")]
    [InlineData("catalog.b.new")]
    [InlineData("journal/001.journal.new")]
    [InlineData("journal/notes.txt")]
    [InlineData("journal/099.journal.bak")]
    [InlineData("notes.txt")]
    [InlineData("logs/notes.txt")]
    [InlineData("logs/0f/00000000000000000000-000000.segment")]
    [InlineData("logs/ONE/00000000000000000000-000001.segment.unfinished")]
    [InlineData("logs/ONE/00000000000000000000-000001.index.unfinished")]
    [InlineData("logs/ONE/00000000000000000000-000009.segment")]
    [InlineData("logs/ONE/00000000000000009999-000000.segment")]
    public async Task A_stale_or_unknown_file_is_without_effect(string name)
    {
        foreach (bool isKilled in new[] { false, true })
        {
            TestFolder folder = await DamagedFolder.MakeAsync(isKilled);
            string segment = folder.Disk.AllFiles().First(path => path.EndsWith(".segment", StringComparison.Ordinal));
            string path = $"{TestFolder.Root}/{name.Replace("ONE", segment.Split('/')[^2], StringComparison.Ordinal)}";
            folder.Disk.CreateFolder(path[..path.LastIndexOf('/')]);
            using (IDiskFile file = folder.Disk.Open(path, DiskFileMode.CreateNew))
            {
                file.Write(folder.Disk.ReadContent(segment), 0);
                file.Sync();
            }

            await folder.OpenAsync();
            Assert.Null(await folder.CompareAsync());
            await DamagedFolder.AppendAsync(folder, 20);
            folder.Open.Checkpoint();
            await folder.KillAsync();
            Assert.Null(await folder.OpenAndReadAsync());
        }
    }

    [Theory]
    [InlineData(false, "/duramen.folder")]
    [InlineData(false, "/duramen.folder", "/catalog.a", "/catalog.b")]
    [InlineData(false, "/duramen.folder", "/journal/000.journal", "/journal/001.journal", "/journal/synced")]
    [InlineData(true, "/duramen.folder", "/catalog.a", "/catalog.b", "/journal/000.journal", "/journal/001.journal", "/journal/synced")]
    public async Task A_lost_identity_never_makes_a_new_folder_over_acknowledged_records(bool isInSegments, params string[] lost)
    {
        var folder = new TestFolder();
        await folder.OpenAsync();
        await folder.CreateAsync("one");
        await folder.AppendAsync("one");
        if (isInSegments)
        {
            folder.Open.Checkpoint();
        }

        await folder.KillAsync();
        Array.ForEach(lost, name => folder.Disk.DeleteFile(TestFolder.Root + name));
        IReadOnlyList<string> left = folder.Disk.AllFiles();
        DuramenException? refusal = await folder.OpenAndReadAsync();
        Assert.Equal(StorageErrors.FileDamaged, refusal?.Code);
        Assert.Contains("duramen.folder", refusal!.Message, StringComparison.Ordinal);
        Assert.Equal(left, folder.Disk.AllFiles());
    }

    [Fact]
    public async Task The_identity_of_another_folder_is_refused()
    {
        TestFolder folder = await DamagedFolder.MakeAsync(isKilled: false);
        TestFolder other = await DamagedFolder.MakeAsync(isKilled: false);
        const string Path = TestFolder.Root + "/duramen.folder";
        folder.Disk.RestoreContent(Path, other.Disk.ReadContent(Path));
        DuramenException? refusal = await folder.OpenAndReadAsync();
        Assert.Equal(StorageErrors.CatalogCorrupt, refusal?.Code);
        Assert.Contains("another data folder", refusal!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_journal_of_another_folder_is_refused_even_where_its_numbers_would_fit()
    {
        // Two new folders: neither catalog knows of a group, so that the first group of either follows the same one, none.
        var folder = new TestFolder();
        await folder.OpenAsync();
        await folder.CreateAsync("one");
        await folder.KillAsync();
        var other = new TestFolder();
        await other.OpenAsync();
        await other.CreateAsync("one");
        await other.AppendAsync("one");
        await other.KillAsync();
        const string Path = TestFolder.Journal + "/000.journal";
        folder.Disk.RestoreContent(Path, other.Disk.ReadContent(Path));
        DuramenException? refusal = await folder.OpenAndReadAsync();
        Assert.Equal(StorageErrors.JournalCorrupt, refusal?.Code);
        Assert.Contains("belongs to the data folder", refusal!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_journal_that_is_gone_after_a_kill_is_refused()
    {
        foreach (bool hasStoppedBefore in new[] { false, true })
        {
            var folder = new TestFolder();
            await folder.OpenAsync();
            await folder.CreateAsync("one");
            if (hasStoppedBefore)
            {
                await DamagedFolder.EndAsync(folder, isKilled: false);
                await folder.OpenAsync();
            }

            await folder.AppendAsync("one");
            await folder.KillAsync();
            foreach (string name in folder.Disk.ListFiles(TestFolder.Journal))
            {
                folder.Disk.DeleteFile($"{TestFolder.Journal}/{name}");
            }

            Assert.Equal(StorageErrors.JournalCorrupt, (await folder.OpenAndReadAsync())?.Code);
        }
    }

    [Fact]
    public async Task Groups_of_another_history_of_the_same_folder_are_refused()
    {
        var first = new TestFolder();
        await first.OpenAsync();
        await first.CreateAsync("one");
        await first.KillAsync();
        TestFolder second = DamagedFolder.CopyOf(first);

        // Two futures of one folder, as after an old backup was put into service; then the journal of one gets into the other.
        await first.OpenAsync();
        await second.OpenAsync();
        for (int append = 0; append < 6; append++)
        {
            await first.AppendAsync("one", 120);
        }

        await second.AppendOthersAsync("one", 3, 120);
        await first.KillAsync();
        await second.KillAsync();
        const string Path = TestFolder.Journal + "/000.journal";
        byte[] mixed = second.Disk.ReadContent(Path);
        byte[] other = first.Disk.ReadContent(Path);
        int end = 0;
        for (int block = 0; block < mixed.Length; block += 4096)
        {
            end = mixed.AsSpan(block, 64).IndexOfAnyExcept((byte)0) >= 0 ? block + 4096 : end;
        }

        other.AsSpan(end).CopyTo(mixed.AsSpan(end));
        second.Disk.RestoreContent(Path, mixed);
        Assert.Equal(StorageErrors.JournalCorrupt, (await second.OpenAndReadAsync())?.Code);
    }

    [Theory]
    [InlineData("duramen.folder")]
    [InlineData("catalog.a")]
    [InlineData("catalog.b")]
    public async Task A_file_of_a_newer_version_is_refused_by_that_name(string name)
    {
        TestFolder folder = await DamagedFolder.MakeAsync(isKilled: false);
        string path = $"{TestFolder.Root}/{name}";
        byte[] content = folder.Disk.ReadContent(path);
        if (name == "duramen.folder")
        {
            string text = Encoding.Latin1.GetString(content).Replace("version 1", "version 2", StringComparison.Ordinal);
            text = text[..text.IndexOf("crc32c", StringComparison.Ordinal)];
            content = Encoding.Latin1.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{text}crc32c {Crc32C.Compute(Encoding.Latin1.GetBytes(text)):x8}\n"));
        }
        else
        {
            content[5]++;
            BinaryPrimitives.WriteUInt32BigEndian(content.AsSpan(content.Length - 4), Crc32C.Compute(content.AsSpan(0, content.Length - 4)));
        }

        folder.Disk.RestoreContent(path, content);
        DuramenException? refusal = await folder.OpenAndReadAsync();
        Assert.Equal(StorageErrors.NewerVersion, refusal?.Code);
        Assert.Contains(path, refusal!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 12)]
    [InlineData(500, 10)]
    public async Task Surplus_batches_are_kept_all_or_not_at_all(int zerosBehind, long end)
    {
        var folder = new TestFolder();
        await folder.OpenAsync();
        await folder.CreateAsync("one");
        for (int append = 0; append < 10; append++)
        {
            await folder.AppendAsync("one");
        }

        folder.Open.Checkpoint();
        string path = folder.PathOf("one", ".segment");
        await folder.KillAsync();
        byte[] content = folder.Disk.ReadContent(path);
        folder.Disk.RestoreContent(
            path, [.. content, .. Batches.Stamped(Batches.Of("x", 1, 90), 10), .. Batches.Stamped(Batches.Of("y", 1, 90), 11), .. new byte[zerosBehind]]);
        await folder.OpenAsync();
        Assert.Equal(end, folder.Log("one").Watermarks.End.Value);
        Assert.Contains(folder.Notices, notice => notice.Contains(path, StringComparison.Ordinal));
        await folder.Open.DisposeAsync();
    }

    private static void Delete(TestFolder copy, string path, string group)
    {
        if (path.Contains(group, StringComparison.Ordinal))
        {
            copy.Disk.DeleteFile(path);
        }
    }

    private static void Restore(TestFolder copy, string path, Dictionary<string, byte[]> backup)
    {
        if (backup.TryGetValue(path, out byte[]? older))
        {
            copy.Disk.RestoreContent(path, older);
        }
        else
        {
            copy.Disk.DeleteFile(path);
        }
    }

    private static IEnumerable<int> BatchEnds(string path, byte[] content)
    {
        if (path.EndsWith(".segment", StringComparison.Ordinal))
        {
            for (int at = 0; at < content.Length;)
            {
                at += 12 + BinaryPrimitives.ReadInt32BigEndian(content.AsSpan(at + 8));
                yield return at;
            }
        }
    }

    private async Task TryAsync(TestFolder folder, string what, Action<TestFolder> damage)
    {
        TestFolder copy = DamagedFolder.CopyOf(folder);
        damage(copy);
        _cases++;
        try
        {
            if (await copy.OpenAndReadAsync() is DuramenException refusal)
            {
                _refusals++;
                if (!refusal.Message.Contains(TestFolder.Root, StringComparison.Ordinal) || (refusal.Remedy.Length == 0 && refusal is not DiskException))
                {
                    _failures.Add($"{what}: the error names neither place nor remedy: {refusal.Message}");
                }
            }
        }
        catch (Exception failure)
        {
            _failures.Add($"{what}: {failure}");
        }
    }

    private void Check()
    {
        Assert.True(_failures.Count == 0, $"{_failures.Count} of {_cases}:\n{string.Join('\n', _failures.Take(12))}");
        Assert.True(_refusals > 0);
    }
}
