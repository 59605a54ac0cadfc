using System.Diagnostics;
using Duramen.Disk.Posix;
using Xunit;

namespace Duramen.Disk.Tests.Posix;

/// <summary>What only a real file system can show.</summary>
public sealed class PosixDiskTests : IDisposable
{
    private readonly PosixDisk _disk = new();
    private readonly string _root = Directory.CreateTempSubdirectory("disk-posix-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Files_and_folders_belong_to_their_owner_alone()
    {
        _disk.CreateFolder(At("a/b"));
        _disk.Open(At("a/b/file"), DiskFileMode.CreateNew).Dispose();
        _disk.TryLock(At("a/b/lock"))!.Dispose();
        const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(OwnerFile | UnixFileMode.UserExecute, File.GetUnixFileMode(At("a")));
        Assert.Equal(OwnerFile | UnixFileMode.UserExecute, File.GetUnixFileMode(At("a/b")));
        Assert.Equal(OwnerFile, File.GetUnixFileMode(At("a/b/file")));
        Assert.Equal(OwnerFile, File.GetUnixFileMode(At("a/b/lock")));
    }

    [Theory]
    [InlineData(DiskFileMode.Existing, "disk-access-denied")]
    [InlineData(DiskFileMode.OpenOrCreate, "disk-access-denied")]
    [InlineData(DiskFileMode.CreateNew, "disk-exists")]
    public void A_symbolic_link_in_place_of_a_file_is_refused(DiskFileMode mode, string code)
    {
        File.WriteAllText(At("target"), "victim");
        File.CreateSymbolicLink(At("link"), At("target"));
        DiskException error = Assert.Throws<DiskException>(() => _disk.Open(At("link"), mode));
        Assert.Equal(code, error.Code.Name);
        Assert.Equal("victim", File.ReadAllText(At("target")));
        Assert.Equal(-1, _disk.FileLength(At("link")));
    }

    [Fact]
    public void A_lock_through_a_symbolic_link_is_refused()
    {
        File.CreateSymbolicLink(At("link"), At("target"));
        Assert.Equal(DiskErrors.AccessDenied, Assert.Throws<DiskException>(() => _disk.TryLock(At("link"))).Code);
        Assert.False(File.Exists(At("target")));
    }

    [Fact]
    public void A_lock_is_held_against_other_processes_and_dies_with_a_killed_one()
    {
        using Process holder = FaultProbe.Start("lock", At("lock"));
        Assert.Equal("locked", holder.StandardOutput.ReadLine());
        Assert.Null(_disk.TryLock(At("lock")));
        holder.Kill();
        holder.WaitForExit();
        using IDisposable? mine = _disk.TryLock(At("lock"));
        Assert.NotNull(mine);

        using Process late = FaultProbe.Start("lock", At("lock"));
        Assert.Equal("refused", late.StandardOutput.ReadLine());
        late.StandardInput.Close();
        late.WaitForExit();
    }

    [Fact]
    public void Errors_name_file_operation_cause_and_remedy()
    {
        DiskException error = Assert.Throws<DiskException>(() => _disk.Open(At("missing"), DiskFileMode.Existing));
        Assert.StartsWith(
            $"{At("missing")}: opening the file failed: No such file or directory (errno 2). ", error.Message, StringComparison.Ordinal);
        Assert.NotEmpty(error.Remedy);
        Assert.Equal(At("missing"), error.Path);
    }

    [Fact]
    public void A_file_longer_than_the_file_system_allows_is_refused_clearly()
    {
        using IDiskFile file = _disk.Open(At("a"), DiskFileMode.CreateNew);
        DiskException error = Assert.Throws<DiskException>(() => file.SetLength(long.MaxValue));
        Assert.Equal(DiskErrors.InputOutput, error.Code);
        Assert.Contains("may hold", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_device_is_said_to_be_full()
    {
        // Linux's /dev/full refuses every write as a full disk does.
        using IDiskFile file = _disk.Open("/dev/full", DiskFileMode.Existing);
        Assert.Equal(DiskErrors.Full, Assert.Throws<DiskException>(() => file.Write([1], 0)).Code);
    }

    [Fact]
    public void A_tmpfs_keeps_the_promise_of_direct_files()
    {
        string path = $"/dev/shm/disk-{Guid.NewGuid():N}";
        using (IDiskFile file = _disk.Open(path, DiskFileMode.CreateNew, DiskFileCache.DirectDurable))
        using (var buffer = new AlignedBuffer(8192))
        {
            buffer.GetSpan().Fill(7);
            file.Write(buffer.GetSpan(), 4096);
            file.Sync();
            buffer.GetSpan().Clear();
            Assert.Equal(8192, file.Read(buffer.GetSpan(), 4096));
            Assert.Equal(-1, buffer.GetSpan().IndexOfAnyExcept((byte)7));
        }

        _disk.DeleteFile(path);
    }

    [Fact]
    public void Reads_writes_and_syncs_allocate_nothing()
    {
        using IDiskFile file = _disk.Open(At("a"), DiskFileMode.CreateNew);
        byte[] buffer = new byte[4096];
        Use(file, buffer, 10);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Use(file, buffer, 100);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        static void Use(IDiskFile file, byte[] buffer, int times)
        {
            for (int i = 0; i < times; i++)
            {
                file.Write(buffer, i * 4096);
                file.Read(buffer, i * 4096);
                file.StartWriteback(i * 4096, 4096);
                _ = file.Length;
            }

            file.Sync();
        }
    }

    [Fact]
    public void Closing_while_others_use_the_file_hits_no_other_file()
    {
        for (int round = 0; round < 20; round++)
        {
            IDiskFile file = _disk.Open(At("used"), DiskFileMode.OpenOrCreate);
            var users = new Thread[2];
            for (int i = 0; i < users.Length; i++)
            {
                users[i] = new Thread(() =>
                {
                    try
                    {
                        while (true)
                        {
                            file.Write("used"u8, 0);
                        }
                    }
                    catch (ObjectDisposedException)
                    {
                        // The one way in which this ends.
                    }
                });
                users[i].Start();
            }

            Thread.Yield();
            file.Dispose();
            using IDiskFile other = _disk.Open(At($"other{round}"), DiskFileMode.CreateNew);
            foreach (Thread user in users)
            {
                user.Join();
            }

            Assert.Equal(0, other.Length);
        }
    }

    private string At(string name) => Path.Combine(_root, name);
}
