using Duramen.Core.Errors;
using Xunit;

namespace Duramen.Disk.Tests.Contract;

/// <summary>What every disk promises while nothing fails. Each implementation runs all of it.</summary>
public abstract class DiskContract
{
    protected DiskContract(IDisk disk, string root)
    {
        Disk = disk;
        Root = root;
        disk.CreateFolder(root);
    }

    protected IDisk Disk { get; }

    /// <summary>An empty folder of this test's own.</summary>
    protected string Root { get; }

    [Fact]
    public void Bytes_written_are_read_back_at_their_position()
    {
        using IDiskFile file = Create("a");
        file.Write("hello"u8, 0);
        file.Write("world"u8, 3);
        Assert.Equal("helworld"u8.ToArray(), ReadAll(file));
        Assert.Equal(8, file.Length);
        Assert.Equal(8, Disk.FileLength(At("a")));
    }

    [Fact]
    public void A_write_behind_the_end_leaves_zeros_between()
    {
        using IDiskFile file = Create("a");
        file.Write([1], 0);
        file.Write([2], 100_000);
        byte[] content = ReadAll(file);
        Assert.Equal(100_001, content.Length);
        Assert.Equal(99_999, content.AsSpan(1).IndexOfAnyExcept((byte)0));
    }

    [Fact]
    public void A_read_over_the_end_returns_what_is_there()
    {
        using IDiskFile file = Create("a");
        file.Write("hello"u8, 0);
        byte[] buffer = new byte[10];
        Assert.Equal(2, file.Read(buffer, 3));
        Assert.Equal("lo"u8.ToArray(), buffer[..2]);
        Assert.Equal(0, file.Read(buffer, 5));
        Assert.Equal(0, file.Read(buffer, 1_000_000));
        Assert.Equal(0, file.Read([], 0));
    }

    [Fact]
    public void An_empty_write_changes_nothing()
    {
        using IDiskFile file = Create("a");
        file.Write([], 1000);
        Assert.Equal(0, file.Length);
    }

    [Fact]
    public void What_a_file_was_cut_by_does_not_come_back_when_it_grows()
    {
        using IDiskFile file = Create("a");
        file.Write("hello"u8, 0);
        file.SetLength(2);
        file.SetLength(5);
        Assert.Equal("he\0\0\0"u8.ToArray(), ReadAll(file));
    }

    [Fact]
    public void A_reservation_leaves_the_length_as_it_is()
    {
        using IDiskFile file = Create("a");
        file.Write("hello"u8, 0);
        file.TryReserve(0, 100_000);
        Assert.Equal(5, file.Length);
        file.Write([1], 99_999);
        Assert.Equal(100_000, file.Length);
    }

    [Fact]
    public void Any_mix_of_writes_and_cuts_reads_as_an_array_would()
    {
        using IDiskFile file = Create("a");
        var random = new Random(7);
        byte[] model = new byte[200_000];
        int length = 0;
        for (int step = 0; step < 400; step++)
        {
            int position = random.Next(150_000);
            if (random.Next(5) == 0)
            {
                model.AsSpan(Math.Min(position, length)..length).Clear();
                length = position;
                file.SetLength(position);
            }
            else
            {
                byte[] data = new byte[random.Next(1, 50_000)];
                random.NextBytes(data);
                data.CopyTo(model.AsSpan(position));
                length = Math.Max(length, position + data.Length);
                file.Write(data, position);
                file.StartWriteback(position, data.Length);
            }

            if (step % 20 == 0)
            {
                file.Sync();
                Assert.True(model.AsSpan(0, length).SequenceEqual(ReadAll(file)), $"step {step}");
            }
        }
    }

    [Fact]
    public async Task Threads_may_use_one_file_at_once()
    {
        using IDiskFile file = Create("a");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(() =>
        {
            byte[] mine = Enumerable.Repeat((byte)(worker + 1), 1000).ToArray();
            byte[] back = new byte[1000];
            for (int i = 0; i < 50; i++)
            {
                long position = ((i * 4) + worker) * 1000;
                file.Write(mine, position);
                Assert.Equal(1000, file.Read(back, position));
                Assert.Equal(mine, back);
            }
        })));
        Assert.Equal(200_000, file.Length);
    }

    [Fact]
    public void An_existing_file_is_not_created_anew()
    {
        Create("a").Dispose();
        Assert.Equal(DiskErrors.Exists, Refused(() => Create("a")).Code);
    }

    [Fact]
    public void A_missing_file_is_opened_only_when_creation_is_allowed()
    {
        DiskException error = Refused(() => Disk.Open(At("a"), DiskFileMode.Existing));
        Assert.Equal(DiskErrors.NotFound, error.Code);
        Assert.Contains(At("a"), error.Message, StringComparison.Ordinal);
        Assert.False(Disk.FileExists(At("a")));
        Disk.Open(At("a"), DiskFileMode.OpenOrCreate).Dispose();
        Disk.Open(At("a"), DiskFileMode.OpenOrCreate).Dispose();
        Disk.Open(At("a"), DiskFileMode.Existing).Dispose();
        Assert.True(Disk.FileExists(At("a")));
    }

    [Fact]
    public void A_file_needs_its_folder_to_exist()
    {
        Assert.Equal(DiskErrors.NotFound, Refused(() => Create("missing/a")).Code);
        Assert.Equal(DiskErrors.NotFound, Refused(() => Disk.TryLock(At("missing/a"))).Code);
    }

    [Fact]
    public void A_folder_is_no_file_and_a_file_no_folder()
    {
        Disk.CreateFolder(At("folder"));
        Create("file").Dispose();
        Assert.Equal(DiskErrors.Exists, Refused(() => Disk.Open(At("folder"), DiskFileMode.Existing)).Code);
        Assert.Equal(DiskErrors.Exists, Refused(() => Create("folder")).Code);
        Assert.Equal(DiskErrors.Exists, Refused(() => Disk.DeleteFile(At("folder"))).Code);
        Assert.Equal(DiskErrors.Exists, Refused(() => Disk.CreateFolder(At("file"))).Code);
        Assert.Equal(DiskErrors.Exists, Refused(() => Disk.CreateFolder(At("file/inner"))).Code);
        Assert.Equal(DiskErrors.NotFound, Refused(() => Disk.Open(At("file/inner"), DiskFileMode.Existing)).Code);
        Assert.False(Disk.FileExists(At("folder")));
        Assert.False(Disk.FolderExists(At("file")));
        Assert.False(Disk.FileExists(At("file/inner")));
        Assert.Equal(-1, Disk.FileLength(At("folder")));
    }

    [Fact]
    public void A_folder_is_created_with_the_parents_it_lacks()
    {
        Disk.CreateFolder(At("a/b/c"));
        Disk.CreateFolder(At("a/b/c"));
        Assert.True(Disk.FolderExists(At("a/b/c")));
        Assert.Equal(["b"], Disk.ListFolders(At("a")));
    }

    [Fact]
    public void Names_are_listed_in_ordinal_order_files_and_folders_apart()
    {
        foreach (string name in new[] { "b", "B", "a", "10", "9", "é" })
        {
            Create(name).Dispose();
            Disk.CreateFolder(At(name + "-folder"));
        }

        Assert.Equal(["10", "9", "B", "a", "b", "é"], Disk.ListFiles(Root));
        Assert.Equal(["10-folder", "9-folder", "B-folder", "a-folder", "b-folder", "é-folder"], Disk.ListFolders(Root));
    }

    [Fact]
    public void A_missing_folder_is_neither_listed_nor_synced()
    {
        Assert.Equal(DiskErrors.NotFound, Refused(() => Disk.ListFiles(At("missing"))).Code);
        Assert.Equal(DiskErrors.NotFound, Refused(() => Disk.ListFolders(At("missing"))).Code);
        Assert.Equal(DiskErrors.NotFound, Refused(() => Disk.SyncFolder(At("missing"))).Code);
        Assert.False(Disk.FolderExists(At("missing")));
    }

    [Fact]
    public void Renaming_replaces_the_file_that_has_the_name()
    {
        Fill("new", "new"u8);
        Fill("old", "old"u8);
        using IDiskFile replaced = Disk.Open(At("old"), DiskFileMode.Existing);
        Disk.Rename(At("new"), At("old"));
        Disk.SyncFolder(Root);
        Assert.Equal(["old"], Disk.ListFiles(Root));
        using IDiskFile file = Disk.Open(At("old"), DiskFileMode.Existing);
        Assert.Equal("new"u8.ToArray(), ReadAll(file));
        Assert.Equal("old"u8.ToArray(), ReadAll(replaced));
    }

    [Fact]
    public void A_file_moves_between_folders()
    {
        Disk.CreateFolder(At("other"));
        Fill("a", "moved"u8);
        Disk.Rename(At("a"), At("other/b"));
        Assert.Empty(Disk.ListFiles(Root));
        Assert.Equal(5, Disk.FileLength(At("other/b")));
    }

    [Fact]
    public void Renaming_refuses_what_is_missing_or_a_folder()
    {
        Disk.CreateFolder(At("folder"));
        Create("file").Dispose();
        Assert.Equal(DiskErrors.NotFound, Refused(() => Disk.Rename(At("missing"), At("b"))).Code);
        Assert.Equal(DiskErrors.NotFound, Refused(() => Disk.Rename(At("file"), At("missing/b"))).Code);
        Assert.Equal(DiskErrors.Exists, Refused(() => Disk.Rename(At("folder"), At("b"))).Code);
        Assert.Equal(DiskErrors.Exists, Refused(() => Disk.Rename(At("file"), At("folder"))).Code);
        Assert.Equal(["file"], Disk.ListFiles(Root));
        Disk.Rename(At("file"), At("file"));
        Assert.Equal(["file"], Disk.ListFiles(Root));
    }

    [Fact]
    public void A_deleted_file_can_still_be_read_by_who_has_it_open()
    {
        Fill("a", "kept"u8);
        using IDiskFile file = Disk.Open(At("a"), DiskFileMode.Existing);
        Disk.DeleteFile(At("a"));
        Disk.DeleteFile(At("a"));
        Assert.False(Disk.FileExists(At("a")));
        Assert.Equal(-1, Disk.FileLength(At("a")));
        Assert.Equal("kept"u8.ToArray(), ReadAll(file));
        Create("a").Dispose();
        Assert.Equal(0, Disk.FileLength(At("a")));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(100_000)]
    public void A_file_that_is_deleted_gradually_is_gone_with_its_bytes(int lengthBytes)
    {
        Fill("a", new byte[lengthBytes]);
        Disk.DeleteGradually(At("a"), 4096);
        Disk.DeleteGradually(At("a"), 4096);
        Assert.Empty(Disk.ListFiles(Root));
        using IDiskFile open = Create("a");
        open.Write(new byte[lengthBytes], 0);
        Disk.DeleteGradually(open, 4096);
        Assert.Empty(Disk.ListFiles(Root));
        Assert.InRange(open.Length, 0, 4096);
    }

    [Fact]
    public void A_folder_is_deleted_with_everything_in_it()
    {
        Disk.CreateFolder(At("a/b"));
        Create("a/b/file").Dispose();
        Create("a/file").Dispose();
        Disk.DeleteFolder(At("a"));
        Disk.DeleteFolder(At("a"));
        Assert.Empty(Disk.ListFolders(Root));
        Disk.CreateFolder(At("a"));
        Assert.Empty(Disk.ListFolders(At("a")));
        Assert.Empty(Disk.ListFiles(At("a")));
    }

    [Fact]
    public void A_lock_has_one_holder_until_it_is_released()
    {
        using (IDisposable? first = Disk.TryLock(At("lock")))
        {
            Assert.NotNull(first);
            Assert.True(Disk.FileExists(At("lock")));
            Assert.Null(Disk.TryLock(At("lock")));
            using IDisposable? other = Disk.TryLock(At("other"));
            Assert.NotNull(other);
        }

        IDisposable? second = Disk.TryLock(At("lock"));
        Assert.NotNull(second);
        second.Dispose();
        second.Dispose();
        using IDisposable? third = Disk.TryLock(At("lock"));
        Assert.NotNull(third);
        second.Dispose();
        Assert.Null(Disk.TryLock(At("lock")));
    }

    [Fact]
    public void A_closed_file_refuses_everything()
    {
        IDiskFile file = Create("a");
        file.Dispose();
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => file.Write([1], 0));
        Assert.Throws<ObjectDisposedException>(() => file.Read(new byte[1], 0));
        Assert.Throws<ObjectDisposedException>(() => file.Length);
        Assert.Throws<ObjectDisposedException>(() => file.TryReserve(0, 1));
        Assert.Throws<ObjectDisposedException>(() => file.SetLength(1));
        Assert.Throws<ObjectDisposedException>(() => file.StartWriteback(0, 1));
        Assert.Throws<ObjectDisposedException>(file.Sync);
        Assert.Equal(0, Disk.FileLength(At("a")));
    }

    [Fact]
    public void Direct_writes_are_seen_by_buffered_readers()
    {
        using IDiskFile direct = Disk.Open(At("a"), DiskFileMode.CreateNew, DiskFileCache.DirectDurable);
        using var buffer = new AlignedBuffer(3 * AlignedBuffer.AlignmentBytes);
        new Random(1).NextBytes(buffer.GetSpan());
        byte[] expected = buffer.GetSpan().ToArray();
        direct.TryReserve(0, 1 << 20);
        direct.Write(buffer.GetSpan(), AlignedBuffer.AlignmentBytes);
        direct.Sync();
        buffer.GetSpan().Clear();
        Assert.Equal(buffer.Length, direct.Read(buffer.GetSpan(), AlignedBuffer.AlignmentBytes));
        Assert.Equal(expected, buffer.GetSpan().ToArray());
        Assert.Equal(AlignedBuffer.AlignmentBytes, direct.Read(buffer.GetSpan(), buffer.Length));
        using IDiskFile buffered = Disk.Open(At("a"), DiskFileMode.Existing);
        Assert.Equal(expected, ReadAll(buffered)[AlignedBuffer.AlignmentBytes..]);
    }

    [Fact]
    public void A_direct_read_ends_with_a_file_that_ends_inside_a_block()
    {
        Fill("a", new byte[5000]);
        using IDiskFile direct = Disk.Open(At("a"), DiskFileMode.Existing, DiskFileCache.DirectDurable);
        using var buffer = new AlignedBuffer(3 * AlignedBuffer.AlignmentBytes);
        Assert.Equal(5000, direct.Read(buffer.GetSpan(), 0));
    }

    [Fact]
    public void Direct_access_refuses_what_is_not_aligned()
    {
        const int Unit = AlignedBuffer.AlignmentBytes;
        using IDiskFile direct = Disk.Open(At("a"), DiskFileMode.CreateNew, DiskFileCache.DirectDurable);
        using var buffer = new AlignedBuffer(2 * Unit);
        Broken(() => direct.Write(buffer.GetSpan(), 512));
        Broken(() => direct.Write(buffer.GetSpan()[..512], 0));
        Broken(() => direct.Write(buffer.GetSpan()[512..(Unit + 512)], 0));
        Broken(() => direct.Read(buffer.GetSpan(), 512));
        Broken(() => direct.Read(buffer.GetSpan()[..512], 0));
        Broken(() => direct.Read(buffer.GetSpan()[512..(Unit + 512)], 0));
        Assert.Equal(0, direct.Length);
    }

    [Fact]
    public void Positions_and_paths_that_make_no_sense_are_refused()
    {
        using IDiskFile file = Create("a");
        Broken(() => file.Write([1], -1));
        Broken(() => file.Read(new byte[1], -1));
        Broken(() => file.SetLength(-1));
        Broken(() => file.TryReserve(0, 0));
        Broken(() => Disk.Open("relative", DiskFileMode.OpenOrCreate));
        Broken(() => Disk.FileExists(""));
        Broken(() => Disk.CreateFolder(At("nul\0inside")));
    }

    protected static byte[] ReadAll(IDiskFile file)
    {
        byte[] content = new byte[file.Length];
        Assert.Equal(content.Length, file.Read(content, 0));
        return content;
    }

    protected string At(string name) => $"{Root}/{name}";

    private static DiskException Refused(Func<object?> operation) => Assert.Throws<DiskException>(operation);

    private static DiskException Refused(Action operation) => Assert.Throws<DiskException>(operation);

    private static void Broken(Action operation) => Assert.Equal(Invariant.Broken, Assert.Throws<DuramenException>(operation).Code);

    private IDiskFile Create(string name) => Disk.Open(At(name), DiskFileMode.CreateNew);

    private void Fill(string name, ReadOnlySpan<byte> content)
    {
        using IDiskFile file = Create(name);
        file.Write(content, 0);
        file.Sync();
    }
}
