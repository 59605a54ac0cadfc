using Duramen.Disk.Simulated;
using Xunit;

namespace Duramen.Disk.Tests.Simulated;

/// <summary>Every promise of the contract holds after every power cut, and everything that it does not promise can be seen to fail.</summary>
public sealed class SimulatedPowerCutTests
{
    private const int Seeds = 300;
    private const string File = "/data/file";
    private static readonly byte[] Old = Enumerable.Repeat((byte)'o', 2048).ToArray();
    private static readonly byte[] New = Enumerable.Repeat((byte)'n', 2048).ToArray();

    [Fact]
    public void Synced_bytes_survive_every_power_cut()
    {
        SimulatedDisk disk = WithFile(Old);
        AfterEveryCut(disk, after => Assert.Equal(Old, after.ReadContent(File)));
    }

    [Fact]
    public void Each_unsynced_sector_may_be_old_new_zero_or_garbage()
    {
        SimulatedDisk disk = WithFile(Old);
        using IDiskFile file = disk.Open(File, DiskFileMode.Existing);
        file.Write(New, 0);
        Assert.Equal(New, disk.ReadContent(File));
        var seen = new HashSet<string>();
        AfterEveryCut(disk, after =>
        {
            byte[] content = after.ReadContent(File);
            Assert.Equal(2048, content.Length);
            string sectors = string.Concat(content.Chunk(512).Select(Kind));
            seen.Add(sectors);
        });
        Assert.Contains("oooo", seen);
        Assert.Contains("nnnn", seen);
        Assert.Contains(seen, sectors => sectors.Contains('0', StringComparison.Ordinal));
        Assert.Contains(seen, sectors => sectors.Contains('?', StringComparison.Ordinal));
        Assert.Contains(seen, sectors => sectors.StartsWith('o') && sectors.EndsWith('n'));
        Assert.Contains(seen, sectors => sectors.StartsWith('n') && sectors.EndsWith('o'));
    }

    [Fact]
    public void Bytes_outside_an_unsynced_write_survive_even_in_the_same_sector()
    {
        SimulatedDisk disk = WithFile(Old);
        using IDiskFile file = disk.Open(File, DiskFileMode.Existing);
        file.Write(New.AsSpan(0, 700), 700);
        AfterEveryCut(disk, after =>
        {
            byte[] content = after.ReadContent(File);
            Assert.Equal(Old[..700], content[..700]);
            Assert.Equal(Old[1400..], content[1400..]);
        });
    }

    [Fact]
    public void A_later_write_may_survive_an_earlier_one()
    {
        SimulatedDisk disk = WithFile(Old);
        using IDiskFile file = disk.Open(File, DiskFileMode.Existing);
        file.Write(New.AsSpan(0, 512), 0);
        file.Write(New.AsSpan(0, 512), 1024);
        Assert.True(Sometimes(disk, after => Kind(after.ReadContent(File)[..512]) == 'o' && Kind(after.ReadContent(File)[1024..1536]) == 'n'));
    }

    [Fact]
    public void The_length_may_survive_without_the_bytes()
    {
        SimulatedDisk disk = WithFile(Old);
        using IDiskFile file = disk.Open(File, DiskFileMode.Existing);
        file.Write(New, 2048);
        Assert.True(Sometimes(disk, after => after.FileLength(File) == 4096 && Kind(after.ReadContent(File)[2048..]) == '0'));
        Assert.True(Sometimes(disk, after => after.FileLength(File) == 2048));
        Assert.True(Sometimes(disk, after => after.FileLength(File) is > 2048 and < 4096));
        AfterEveryCut(disk, after => Assert.Equal(Old, after.ReadContent(File)[..2048]));
    }

    [Fact]
    public void An_unsynced_cut_of_the_length_may_be_lost()
    {
        SimulatedDisk disk = WithFile(Old);
        using IDiskFile file = disk.Open(File, DiskFileMode.Existing);
        file.SetLength(100);
        Assert.True(Sometimes(disk, after => after.FileLength(File) == 2048));
        Assert.True(Sometimes(disk, after => after.FileLength(File) == 100));
        file.Sync();
        AfterEveryCut(disk, after => Assert.Equal(100, after.FileLength(File)));
    }

    [Fact]
    public void A_sync_covers_its_own_file_only()
    {
        SimulatedDisk disk = WithFile(Old);
        using IDiskFile other = disk.Open("/data/other", DiskFileMode.CreateNew);
        disk.SyncFolder("/data");
        using IDiskFile file = disk.Open(File, DiskFileMode.Existing);
        file.Write(New, 0);
        other.Write(New, 0);
        other.Sync();
        Assert.True(Sometimes(disk, after => after.ReadContent(File).SequenceEqual(Old)));
        AfterEveryCut(disk, after => Assert.Equal(New, after.ReadContent("/data/other")));
    }

    [Fact]
    public void A_created_name_needs_a_sync_of_its_folder()
    {
        SimulatedDisk disk = WithFile(Old);
        using IDiskFile file = disk.Open("/data/new", DiskFileMode.CreateNew);
        file.Write(New, 0);
        file.Sync();
        Assert.True(Sometimes(disk, after => !after.FileExists("/data/new")));
        Assert.True(Sometimes(disk, after => after.FileExists("/data/new") && after.ReadContent("/data/new").SequenceEqual(New)));
        disk.SyncFolder("/data");
        AfterEveryCut(disk, after => Assert.Equal(New, after.ReadContent("/data/new")));
    }

    [Fact]
    public void A_created_folder_needs_a_sync_of_the_folder_above()
    {
        var disk = new SimulatedDisk();
        disk.CreateFolder("/a/b");
        disk.Open("/a/b/file", DiskFileMode.CreateNew).Dispose();
        disk.SyncFolder("/a/b");
        disk.SyncFolder("/");
        Assert.True(Sometimes(disk, after => after.FolderExists("/a") && !after.FolderExists("/a/b")));
        disk.SyncFolder("/a");
        AfterEveryCut(disk, after => Assert.True(after.FileExists("/a/b/file")));
    }

    [Fact]
    public void A_rename_is_whole_or_lost_and_durable_once_the_folder_is_synced()
    {
        SimulatedDisk disk = WithFile(Old);
        Write(disk, "/data/new", New);
        disk.SyncFolder("/data");
        disk.Rename("/data/new", File);
        AfterEveryCut(disk, after =>
        {
            bool renamed = !after.FileExists("/data/new");
            Assert.Equal(renamed ? New : Old, after.ReadContent(File));
        });
        Assert.True(Sometimes(disk, after => after.FileExists("/data/new")));
        Assert.True(Sometimes(disk, after => !after.FileExists("/data/new")));
        disk.SyncFolder("/data");
        AfterEveryCut(disk, after => Assert.Equal(New, after.ReadContent(File)));
    }

    [Fact]
    public void A_rename_may_survive_without_the_bytes_of_the_renamed_file()
    {
        SimulatedDisk disk = WithFile(Old);
        using (IDiskFile file = disk.Open("/data/new", DiskFileMode.CreateNew))
        {
            file.Write(New, 0);
        }

        disk.Rename("/data/new", File);
        disk.SyncFolder("/data");
        Assert.True(Sometimes(disk, after => after.FileLength(File) == 0));
    }

    [Fact]
    public void A_file_moved_between_folders_may_be_lost_when_only_the_old_folder_is_synced()
    {
        SimulatedDisk disk = WithFile(Old);
        disk.CreateFolder("/other");
        disk.SyncFolder("/");
        disk.Rename(File, "/other/file");
        Assert.True(Sometimes(disk, after => after.FileExists(File) && after.FileExists("/other/file")));
        disk.SyncFolder("/data");
        Assert.True(Sometimes(disk, after => after.AllFiles().Count == 0));
        disk.SyncFolder("/other");
        AfterEveryCut(disk, after => Assert.Equal(["/other/file"], after.AllFiles()));
    }

    [Fact]
    public void A_deleted_file_may_come_back_until_the_folder_is_synced()
    {
        SimulatedDisk disk = WithFile(Old);
        disk.DeleteFile(File);
        Assert.True(Sometimes(disk, after => after.FileExists(File) && after.ReadContent(File).SequenceEqual(Old)));
        disk.SyncFolder("/data");
        AfterEveryCut(disk, after => Assert.Empty(after.AllFiles()));
    }

    [Fact]
    public void A_deleted_folder_may_come_back_in_part()
    {
        SimulatedDisk disk = WithFile(Old);
        Write(disk, "/data/other", New);
        disk.SyncFolder("/data");
        disk.DeleteFolder("/data");
        Assert.True(Sometimes(disk, after => after.AllFiles().Count == 1));
        disk.SyncFolder("/");
        AfterEveryCut(disk, after => Assert.False(after.FolderExists("/data")));
    }

    [Fact]
    public void A_direct_write_is_durable_when_it_returns()
    {
        SimulatedDisk disk = WithFile(Old);
        using IDiskFile buffered = disk.Open(File, DiskFileMode.Existing);
        buffered.Write(New, 1024);
        buffered.SetLength(10);
        using IDiskFile direct = disk.Open(File, DiskFileMode.Existing, DiskFileCache.DirectDurable);
        using var memory = new AlignedBuffer(4096);
        memory.GetSpan().Fill((byte)'d');
        direct.Write(memory.GetSpan(), 0);
        AfterEveryCut(disk, after => Assert.Equal(memory.GetSpan().ToArray(), after.ReadContent(File)[..4096]));
    }

    [Fact]
    public void A_direct_write_in_flight_at_the_cut_may_be_torn()
    {
        var seen = new HashSet<string>();
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            SimulatedDisk disk = WithFile(Enumerable.Repeat((byte)'o', 4096).ToArray());
            using IDiskFile direct = disk.Open(File, DiskFileMode.Existing, DiskFileCache.DirectDurable);
            using var memory = new AlignedBuffer(4096);
            memory.GetSpan().Fill((byte)'n');
            disk.CrashAt = disk.OperationCount + 1;
            Assert.Throws<SimulatedCrashException>(() => direct.Write(memory.GetSpan(), 0));
            disk.PowerCut(seed);
            seen.Add(string.Concat(disk.ReadContent(File).Chunk(512).Select(Kind)));
        }

        Assert.Contains("oooooooo", seen);
        Assert.Contains("nnnnnnnn", seen);
        Assert.Contains(seen, sectors => sectors.Contains("no", StringComparison.Ordinal));
    }

    [Fact]
    public void An_unsynced_reservation_may_be_lost_and_a_synced_one_not()
    {
        SimulatedDisk disk = WithFile(Old);
        disk.CapacityBytes = 8 * 4096;
        using (IDiskFile file = disk.Open(File, DiskFileMode.Existing))
        {
            file.TryReserve(0, 4 * 4096);
            file.Sync();
            file.TryReserve(0, 8 * 4096);
        }

        disk.PowerCut(1);
        using IDiskFile again = disk.Open(File, DiskFileMode.Existing);
        Write(disk, "/data/other", new byte[4 * 4096]);
        again.Write(new byte[4 * 4096], 0);
        Assert.Equal(DiskErrors.Full, Assert.Throws<DiskException>(() => again.Write(New, 4 * 4096)).Code);
    }

    [Fact]
    public void Files_and_locks_die_with_a_power_cut_and_with_the_process()
    {
        foreach (Action<SimulatedDisk> end in new Action<SimulatedDisk>[] { disk => disk.PowerCut(1), disk => disk.ProcessKill() })
        {
            SimulatedDisk disk = WithFile(Old);
            using IDiskFile file = disk.Open(File, DiskFileMode.Existing);
            using IDisposable? held = disk.TryLock("/data/lock");
            disk.SyncFolder("/data");
            end(disk);
            Assert.Throws<SimulatedCrashException>(() => file.Write(New, 0));
            Assert.Throws<SimulatedCrashException>(() => file.Length);
            Assert.Throws<SimulatedCrashException>(file.Sync);
            using IDisposable? mine = disk.TryLock("/data/lock");
            Assert.NotNull(mine);
            held!.Dispose();
            Assert.Null(disk.TryLock("/data/lock"));
        }
    }

    [Fact]
    public void A_killed_process_loses_nothing_that_it_wrote()
    {
        SimulatedDisk disk = WithFile(Old);
        using IDiskFile file = disk.Open(File, DiskFileMode.Existing);
        file.Write(New, 0);
        disk.Rename(File, "/data/renamed");
        disk.ProcessKill();
        Assert.Equal(["/data/renamed"], disk.AllFiles());
        Assert.Equal(New, disk.ReadContent("/data/renamed"));
        Assert.True(Sometimes(disk, after => after.FileExists(File) && after.ReadContent(File).SequenceEqual(Old)));
    }

    [Fact]
    public void Equal_seeds_leave_equal_disks()
    {
        string[] Run(ulong seed)
        {
            SimulatedDisk disk = WithFile(Old);
            using IDiskFile file = disk.Open(File, DiskFileMode.Existing);
            for (int i = 0; i < 50; i++)
            {
                file.Write(New, i * 700);
                disk.Open($"/data/{i}", DiskFileMode.CreateNew).Dispose();
            }

            disk.PowerCut(seed);
            return disk.AllFiles().Select(path => path + Convert.ToHexString(disk.ReadContent(path))).ToArray();
        }

        for (ulong seed = 0; seed < 20; seed++)
        {
            Assert.Equal(Run(seed), Run(seed));
        }

        Assert.True(Enumerable.Range(0, 20).Select(seed => string.Concat(Run((ulong)seed))).Distinct().Count() > 5);
    }

    private static char Kind(byte[] sector) =>
        sector.All(value => value == sector[0]) && sector[0] is (byte)'o' or (byte)'n' or 0 ? sector[0] == 0 ? '0' : (char)sector[0] : '?';

    private static SimulatedDisk WithFile(byte[] content)
    {
        var disk = new SimulatedDisk(5);
        disk.CreateFolder("/data");
        Write(disk, File, content);
        disk.SyncFolder("/data");
        disk.SyncFolder("/");
        return disk;
    }

    private static void Write(SimulatedDisk disk, string path, byte[] content)
    {
        using IDiskFile file = disk.Open(path, DiskFileMode.CreateNew);
        file.Write(content, 0);
        file.Sync();
    }

    private static void AfterEveryCut(SimulatedDisk disk, Action<SimulatedDisk> check)
    {
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            SimulatedDisk after = disk.Copy();
            after.PowerCut(seed);
            check(after);
        }
    }

    private static bool Sometimes(SimulatedDisk disk, Func<SimulatedDisk, bool> condition)
    {
        bool seen = false;
        AfterEveryCut(disk, after => seen |= condition(after));
        return seen;
    }
}
