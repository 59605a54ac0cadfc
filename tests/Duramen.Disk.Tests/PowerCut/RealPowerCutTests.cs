using System.Text;
using Duramen.Disk.Posix;
using Duramen.Disk.Simulated;
using Duramen.Testing.PowerCut;
using Xunit;
using Xunit.Abstractions;

namespace Duramen.Disk.Tests.PowerCut;

/// <summary>
/// The contract on a real ext4 whose power is cut. Where the machine cannot do that, the output says so and the same
/// scenario runs on the simulated disk, over many seeds.
/// </summary>
public sealed class RealPowerCutTests(ITestOutputHelper output)
{
    private const int SimulatedCuts = 100;

    [Fact]
    public void Synced_bytes_survive_and_unsynced_ones_need_not() => Scenario(
        (disk, root) =>
        {
            using IDiskFile file = disk.Open($"{root}/file", DiskFileMode.CreateNew);
            file.Write("synced"u8, 0);
            file.Sync();
            disk.SyncFolder(root);
            file.Write("UNSYNCED"u8, 0);
            return [];
        },
        (disk, root) => Text(disk, $"{root}/file"),
        always: text => text is "synced" || text.Length == 8 || text.Length == 6,
        sometimes: "synced");

    [Fact]
    public void A_rename_without_a_sync_of_the_folder_may_vanish() => Scenario(
        (disk, root) =>
        {
            using IDiskFile file = disk.Open($"{root}/before", DiskFileMode.CreateNew);
            file.Write("content"u8, 0);
            file.Sync();
            disk.SyncFolder(root);
            disk.Rename($"{root}/before", $"{root}/after");
            return [];
        },
        (disk, root) => string.Join(' ', disk.ListFiles(root)),
        always: names => names is "before" or "after",
        sometimes: "before");

    [Fact]
    public void A_rename_with_a_sync_of_the_folder_survives() => Scenario(
        (disk, root) =>
        {
            using IDiskFile file = disk.Open($"{root}/before", DiskFileMode.CreateNew);
            file.Write("content"u8, 0);
            file.Sync();
            disk.Rename($"{root}/before", $"{root}/after");
            disk.SyncFolder(root);
            return [];
        },
        (disk, root) => string.Join(' ', disk.ListFiles(root)) + Text(disk, $"{root}/after"),
        always: text => text == "aftercontent",
        sometimes: "aftercontent");

    [Fact]
    public void A_direct_write_survives_without_a_sync() => Scenario(
        (disk, root) =>
        {
            using IDiskFile file = disk.Open($"{root}/file", DiskFileMode.CreateNew, DiskFileCache.DirectDurable);
            disk.SyncFolder(root);
            using var memory = new AlignedBuffer(8192);
            memory.GetSpan().Fill((byte)'d');
            file.Write(memory.GetSpan(), 4096);
            return [];
        },
        (disk, root) => Text(disk, $"{root}/file").TrimStart('\0'),
        always: text => text == new string('d', 8192),
        sometimes: new string('d', 8192));

    [Fact]
    public void A_sync_after_the_power_has_gone_is_reported() => Scenario(
        (disk, root) =>
        {
            IDiskFile file = disk.Open($"{root}/file", DiskFileMode.CreateNew);
            file.Sync();
            disk.SyncFolder(root);
            file.Write("never synced"u8, 0);
            return [file];
        },
        (disk, root) => Text(disk, $"{root}/file"),
        always: text => text.Length <= "never synced".Length,
        sometimes: "",
        afterwards: file =>
        {
            Exception error = Assert.ThrowsAny<Exception>(file.Sync);
            Assert.True(error is SimulatedCrashException || (error as DiskException)?.Code == DiskErrors.SyncFailed, error.ToString());
        });

    private static string Text(IDisk disk, string path)
    {
        using IDiskFile file = disk.Open(path, DiskFileMode.Existing);
        byte[] content = new byte[file.Length];
        file.Read(content, 0);
        return Encoding.Latin1.GetString(content);
    }

    /// <summary>
    /// Runs <paramref name="before"/>, cuts the power, and looks. On the real file system a cut loses all that is unsynced, so that
    /// <paramref name="sometimes"/> is what must be seen; over simulated cuts it must be seen at least once.
    /// </summary>
    private void Scenario(
        Func<IDisk, string, IDiskFile[]> before,
        Func<IDisk, string, string> look,
        Func<string, bool> always,
        string sometimes,
        Action<IDiskFile>? afterwards = null)
    {
        if (LoopMount.WhyUnavailable is string reason)
        {
            output.WriteLine($"NO REAL POWER CUT on this machine ({reason}); only the simulated disk was tried.");
        }
        else
        {
            using LoopMount mount = LoopMount.Create();
            var disk = new PosixDisk();
            IDiskFile[] open = before(disk, mount.Folder);
            mount.Stop();
            foreach (IDiskFile file in open)
            {
                afterwards?.Invoke(file);
                file.Dispose();
            }

            mount.Start();
            string seen = look(disk, mount.Folder);
            Assert.True(always(seen), seen);
            Assert.Equal(sometimes, seen);
            output.WriteLine("The power of a real ext4 was cut.");
        }

        bool expected = false;
        for (ulong seed = 0; seed < SimulatedCuts; seed++)
        {
            var disk = new SimulatedDisk();
            disk.CreateFolder("/data");
            disk.SyncFolder("/");
            IDiskFile[] open = before(disk, "/data");
            disk.PowerCut(seed);
            foreach (IDiskFile file in open)
            {
                afterwards?.Invoke(file);
                file.Dispose();
            }

            string seen = look(disk, "/data");
            Assert.True(always(seen), $"seed {seed}: {seen}\n{disk.Trace}");
            expected |= seen == sometimes;
        }

        Assert.True(expected);
    }
}
