using System.Text;
using Duramen.Disk.Simulated;
using Xunit;

namespace Duramen.Disk.Tests.Simulated;

/// <summary>The simulated disk fails where and as it is told.</summary>
public sealed class SimulatedFaultTests
{
    private const string Path = "/file";
    private readonly SimulatedDisk _disk = new(3);

    [Fact]
    public void A_sync_that_fails_once_loses_bytes_that_still_read_back_and_then_claims_success()
    {
        using IDiskFile file = Create();
        file.Write("lost"u8, 0);
        _disk.AddFault(new DiskFault(DiskOperationKind.Sync, Path, Times: 1));
        Assert.Equal(DiskErrors.SyncFailed, Assert.Throws<DiskException>(file.Sync).Code);
        file.Sync();
        Assert.Equal("lost"u8.ToArray(), _disk.ReadContent(Path));
        SimulatedDisk evicted = _disk.Copy();
        evicted.EvictCache();
        Assert.Empty(evicted.ReadContent(Path));
        _disk.PowerCut(0);
        Assert.Empty(_disk.ReadContent(Path));
    }

    [Fact]
    public void A_sync_that_fails_for_ever_does_so_until_the_fault_is_cleared()
    {
        using IDiskFile file = Create();
        _disk.AddFault(new DiskFault(DiskOperationKind.Sync));
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(DiskErrors.SyncFailed, Assert.Throws<DiskException>(file.Sync).Code);
        }

        _disk.ClearFaults();
        file.Sync();
    }

    [Fact]
    public void A_failed_sync_of_a_folder_loses_its_names()
    {
        _disk.Open("/a", DiskFileMode.CreateNew).Dispose();
        _disk.AddFault(new DiskFault(DiskOperationKind.SyncFolder, "/", Times: 1));
        Assert.Equal(DiskErrors.SyncFailed, Assert.Throws<DiskException>(() => _disk.SyncFolder("/")).Code);
        _disk.SyncFolder("/");
        _disk.PowerCut(0);
        Assert.Empty(_disk.AllFiles());
    }

    [Fact]
    public void A_bad_range_fails_reads_that_touch_it_and_no_others()
    {
        using IDiskFile file = Create();
        file.Write(new byte[3000], 0);
        _disk.AddFault(new DiskFault(DiskOperationKind.Read, Path, Position: 1000, LengthBytes: 500));
        byte[] buffer = new byte[1000];
        file.Read(buffer, 0);
        file.Read(buffer, 1500);
        Assert.Equal(DiskErrors.InputOutput, Assert.Throws<DiskException>(() => file.Read(buffer, 1)).Code);
        Assert.Equal(DiskErrors.InputOutput, Assert.Throws<DiskException>(() => file.Read(buffer, 1499)).Code);
    }

    [Fact]
    public void A_failed_write_may_leave_any_part_of_its_bytes()
    {
        var lengths = new HashSet<long>();
        _disk.AddFault(new DiskFault(DiskOperationKind.Write));
        for (int i = 0; i < 50; i++)
        {
            using IDiskFile file = _disk.Open($"/{i}", DiskFileMode.CreateNew);
            Assert.Equal(DiskErrors.InputOutput, Assert.Throws<DiskException>(() => file.Write(new byte[4], 0)).Code);
            lengths.Add(file.Length);
        }

        Assert.Equal([0, 1, 2, 3, 4], lengths.Order());
    }

    [Theory]
    [InlineData(DiskOperationKind.Create)]
    [InlineData(DiskOperationKind.Rename)]
    [InlineData(DiskOperationKind.DeleteFile)]
    [InlineData(DiskOperationKind.CreateFolder)]
    [InlineData(DiskOperationKind.DeleteFolder)]
    [InlineData(DiskOperationKind.Open)]
    public void An_operation_on_names_that_fails_changes_nothing(DiskOperationKind kind)
    {
        Create().Dispose();
        _disk.CreateFolder("/folder");
        _disk.AddFault(new DiskFault(kind));
        DiskException error = Assert.Throws<DiskException>(() =>
        {
            switch (kind)
            {
                case DiskOperationKind.Create:
                    _disk.Open("/new", DiskFileMode.OpenOrCreate);
                    break;
                case DiskOperationKind.Rename:
                    _disk.Rename(Path, "/new");
                    break;
                case DiskOperationKind.DeleteFile:
                    _disk.DeleteFile(Path);
                    break;
                case DiskOperationKind.CreateFolder:
                    _disk.CreateFolder("/new");
                    break;
                case DiskOperationKind.DeleteFolder:
                    _disk.DeleteFolder("/folder");
                    break;
                default:
                    _disk.Open(Path, DiskFileMode.Existing);
                    break;
            }
        });
        Assert.Equal(DiskErrors.InputOutput, error.Code);
        Assert.Equal([Path], _disk.AllFiles());
        Assert.Equal(["folder"], _disk.ListFolders("/"));
    }

    [Fact]
    public void A_full_disk_takes_a_part_of_a_write_and_the_rest_after_room_is_made()
    {
        _disk.CapacityBytes = 3 * 4096;
        using IDiskFile other = _disk.Open("/other", DiskFileMode.CreateNew);
        other.Write(new byte[100], 0);
        using IDiskFile file = Create();
        byte[] data = Enumerable.Repeat((byte)1, 3 * 4096).ToArray();
        Assert.Equal(DiskErrors.Full, Assert.Throws<DiskException>(() => file.Write(data, 0)).Code);
        Assert.Equal(2 * 4096, file.Length);
        _disk.DeleteFile("/other");
        file.Write(data, 0);
        Assert.Equal(data, _disk.ReadContent(Path));
    }

    [Fact]
    public void Reserved_room_counts_and_cannot_run_out()
    {
        _disk.CapacityBytes = 4 * 4096;
        using IDiskFile file = Create();
        Assert.True(file.TryReserve(0, 3 * 4096));
        using IDiskFile other = _disk.Open("/other", DiskFileMode.CreateNew);
        Assert.Equal(DiskErrors.Full, Assert.Throws<DiskException>(() => other.TryReserve(0, 2 * 4096)).Code);
        Assert.Equal(DiskErrors.Full, Assert.Throws<DiskException>(() => other.Write(new byte[2 * 4096], 0)).Code);
        file.Write(new byte[3 * 4096], 0);
        Assert.Equal(3 * 4096, file.Length);
    }

    [Fact]
    public void A_crash_at_an_operation_leaves_it_undone_and_stops_everything_after()
    {
        using IDiskFile file = Create();
        file.Write("one"u8, 0);
        _disk.CrashAt = _disk.OperationCount + 2;
        file.Write("two"u8, 0);
        Assert.Throws<SimulatedCrashException>(() => file.Write("three"u8, 0));
        Assert.Throws<SimulatedCrashException>(() => _disk.DeleteFile(Path));
        Assert.Throws<SimulatedCrashException>(file.Sync);
        _disk.ProcessKill();
        Assert.Equal("two"u8.ToArray(), _disk.ReadContent(Path));
        _disk.DeleteFile(Path);
    }

    [Fact]
    public void A_hook_sees_every_operation_and_may_crash_there()
    {
        var seen = new List<string>();
        _disk.BeforeOperation = operation =>
        {
            seen.Add(operation.ToString());
            if (operation.Kind == DiskOperationKind.Sync)
            {
                throw new SimulatedCrashException("here");
            }
        };
        using IDiskFile file = Create();
        file.Write(new byte[10], 5);
        file.Read(new byte[3], 1);
        file.SetLength(7);
        Assert.Throws<SimulatedCrashException>(file.Sync);
        Assert.Equal(["#1 Create /file", "#2 Write /file [5, 15)", "#2 Read /file [1, 4)", "#3 SetLength /file to 7", "#4 Sync /file"], seen);
        Assert.Throws<SimulatedCrashException>(() => file.Write([1], 0));
        _disk.BeforeOperation = null;
        _disk.PowerCut(9);
        Assert.Contains("#4 Sync /file -> SimulatedCrashException\n-- power cut, seed 9 --\n", _disk.Trace, StringComparison.Ordinal);
    }

    [Fact]
    public void A_flipped_bit_is_read_and_survives()
    {
        using IDiskFile file = Create();
        file.Write([0, 0, 0], 0);
        file.Sync();
        file.Write([0], 2);
        _disk.FlipBit(Path, 1, 7);
        _disk.FlipBit(Path, 2, 0);
        Assert.Equal([0, 128, 1], _disk.ReadContent(Path));
        file.Sync();
        _disk.SyncFolder("/");
        _disk.PowerCut(0);
        Assert.Equal([0, 128, 1], _disk.ReadContent(Path));
    }

    [Fact]
    public void An_older_content_can_be_restored()
    {
        using IDiskFile file = Create();
        file.Write("older"u8, 0);
        byte[] backup = _disk.ReadContent(Path);
        _disk.SyncFolder("/");
        file.Write("newer and longer"u8, 0);
        _disk.RestoreContent(Path, backup);
        Assert.Equal(backup, _disk.ReadContent(Path));
        _disk.PowerCut(4);
        Assert.Equal(backup, _disk.ReadContent(Path));
    }

    [Fact]
    public void A_sweep_over_all_crashes_finds_the_missing_sync_and_passes_with_it()
    {
        // The classic way to replace a file, with and without its first sync: the reason why this disk exists.
        Assert.Equal(0, Violations(syncsFirst: true));
        Assert.NotEqual(0, Violations(syncsFirst: false));

        static int Violations(bool syncsFirst)
        {
            int violations = 0;
            bool crashed = true;
            for (long crash = 1; crashed; crash++)
            {
                for (ulong seed = 0; seed < 50; seed++)
                {
                    var disk = new SimulatedDisk();
                    Replace(disk, "old"u8, syncsFirst: true);
                    disk.CrashAt = disk.OperationCount + crash;
                    try
                    {
                        Replace(disk, "new"u8, syncsFirst);
                        crashed = false;
                    }
                    catch (SimulatedCrashException)
                    {
                        crashed = true;
                    }

                    disk.PowerCut(seed);
                    string content = Encoding.UTF8.GetString(disk.ReadContent(Path));
                    violations += content == "new" || (content == "old" && crashed) ? 0 : 1;
                }
            }

            return violations;
        }

        static void Replace(SimulatedDisk disk, ReadOnlySpan<byte> content, bool syncsFirst)
        {
            using (IDiskFile file = disk.Open("/new", DiskFileMode.OpenOrCreate))
            {
                file.SetLength(0);
                file.Write(content, 0);
                if (syncsFirst)
                {
                    file.Sync();
                }
            }

            disk.Rename("/new", Path);
            disk.SyncFolder("/");
        }
    }

    private IDiskFile Create() => _disk.Open(Path, DiskFileMode.CreateNew);
}
