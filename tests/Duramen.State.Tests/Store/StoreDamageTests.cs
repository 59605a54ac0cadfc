using System.Buffers.Binary;
using Duramen.Core.Checksums;
using Duramen.Core.Ids;
using Duramen.Disk;
using Duramen.Disk.Memory;
using Duramen.Disk.Simulated;
using Duramen.State.Store;
using Duramen.State.Store.Disk;

namespace Duramen.State.Tests.Store;

/// <summary>Stores whose files are not what was written: said, and never answered from.</summary>
public sealed class StoreDamageTests
{
    private static readonly StoreOptions Options = new() { MemoryBytes = 1 << 20, RecentBytes = 32 << 10, BlockBytes = 128, IsInline = true };

    [Fact]
    public async Task Every_flipped_bit_of_every_file_is_found_and_said()
    {
        SimulatedDisk prepared = await PrepareAsync();
        int found = 0;
        foreach (string path in prepared.AllFiles().Where(path => !path.EndsWith("lock", StringComparison.Ordinal)))
        {
            for (long position = 0; position < prepared.FileLength(path); position += 3)
            {
                SimulatedDisk disk = prepared.Copy();
                disk.FlipBit(path, position, (int)(position % 8));
                await AssertIsFoundAsync(disk, path);
                found++;
            }
        }

        Assert.InRange(found, 500, int.MaxValue);
    }

    [Fact]
    public async Task Files_that_are_cut_or_missing_are_found_and_said()
    {
        SimulatedDisk prepared = await PrepareAsync();
        foreach (string path in prepared.AllFiles().Where(path => path.EndsWith(".run", StringComparison.Ordinal)))
        {
            for (long length = 0; length < prepared.FileLength(path); length += 61)
            {
                SimulatedDisk disk = prepared.Copy();
                using (IDiskFile file = disk.Open(path, DiskFileMode.Existing))
                {
                    file.SetLength(length);
                }

                await AssertIsFoundAsync(disk, path);
            }

            SimulatedDisk without = prepared.Copy();
            without.DeleteFile(path);
            await AssertIsFoundAsync(without, path);
        }
    }

    [Fact]
    public async Task A_store_of_something_else_is_deleted_and_begins_from_nothing()
    {
        var disk = new MemoryDisk();
        var notices = new List<string>();
        StoreOptions first = Options with { Identity = "first"u8.ToArray(), Notice = notices.Add };
        await using (DiskStore store = DiskStore.Open(disk, "/store", default, first))
        {
            store.Fold("a", "1");
        }

        await using (DiskStore same = DiskStore.Open(disk, "/store", default, first))
        {
            Assert.Equal(new Offset(1), same.Position);
            Assert.Empty(notices);
        }

        await using DiskStore other = DiskStore.Open(disk, "/store", new Offset(7), first with { Identity = "second"u8.ToArray() });
        Assert.Equal(new Offset(7), other.Position);
        Assert.Equal(new Offset(7), other.Horizon);
        Assert.Equal("", other.Scan(7));
        Assert.Single(notices);
    }

    [Fact]
    public async Task A_store_in_the_format_of_another_version_is_deleted_and_begins_from_nothing()
    {
        var disk = new MemoryDisk();
        var notices = new List<string>();
        await using (DiskStore store = DiskStore.Open(disk, "/store", default, Options))
        {
            store.Fold("a", "1");
        }

        using (IDiskFile file = disk.Open("/store/manifest", DiskFileMode.Existing))
        {
            byte[] bytes = new byte[file.Length];
            file.Read(bytes, 0);
            BinaryPrimitives.WriteInt16BigEndian(bytes.AsSpan(4), 1);
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(bytes.Length - 4), Crc32C.Compute(bytes.AsSpan(..^4)));
            file.Write(bytes, 0);
        }

        await using DiskStore anew = DiskStore.Open(disk, "/store", new Offset(7), Options with { Notice = notices.Add });
        Assert.Equal(new Offset(7), anew.Position);
        Assert.Equal("", anew.Scan(7));
        Assert.Equal(0, Runs(disk));
        Assert.Contains("another version", Assert.Single(notices), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_is_open_once()
    {
        var disk = new MemoryDisk();
        await using (DiskStore.Open(disk, "/store"))
        {
            Assert.Equal(StoreErrors.Locked, Assert.Throws<StoreException>(() => DiskStore.Open(disk, "/store")).Code);
            Assert.Equal(StoreErrors.Locked, Assert.Throws<StoreException>(() => DiskStore.Delete(disk, "/store")).Code);
        }

        DiskStore.Delete(disk, "/store");
        Assert.False(disk.FolderExists("/store"));
    }

    [Fact]
    public async Task A_file_that_no_reader_and_no_manifest_needs_is_deleted_and_one_that_a_reader_needs_is_not()
    {
        var disk = new MemoryDisk();
        await using DiskStore store = DiskStore.Open(disk, "/store", default, Options);
        store.Fold("a", "1");
        await store.FlushAsync();
        store.Fold("b", "1");
        await store.FlushAsync();
        IStoreSnapshot reader = store.OpenSnapshot();
        await store.MergeAsync();
        Assert.Equal(3, Runs(disk));
        Assert.Equal("a=1@0", reader.Scan(KeyRange.All, 1));
        reader.Dispose();
        Assert.Equal(1, Runs(disk));
        Assert.Equal("a=1@0 b=1@1", store.Scan(2));
    }

    private static int Runs(MemoryDisk disk) => disk.ListFiles("/store").Count(name => name.EndsWith(".run", StringComparison.Ordinal));

    private static async Task<SimulatedDisk> PrepareAsync()
    {
        var disk = new SimulatedDisk(1);
        await using DiskStore store = DiskStore.Open(disk, "/store", default, Options);
        for (int record = 0; record < 60; record++)
        {
            store.Fold($"key {record % 23}", $"value {record}");
            if (record is 30)
            {
                await store.FlushAsync();
            }
        }

        return disk;
    }

    /// <summary>Either opening finds the damage, or a read of everything does.</summary>
    private static async Task AssertIsFoundAsync(SimulatedDisk disk, string path)
    {
        var notices = new List<string>();
        await using (DiskStore store = DiskStore.Open(disk, "/store", default, Options with { Notice = notices.Add }))
        {
            if (notices.Count > 0)
            {
                Assert.Contains("damaged", notices[0], StringComparison.Ordinal);
                Assert.Equal(Offset.Zero, store.Position);
                Assert.Equal("", store.Scan(0));
                store.Fold("a", "again");
                return;
            }

            StoreException damage = Assert.Throws<StoreException>(() =>
            {
                using IStoreSnapshot snapshot = store.OpenSnapshot();
                snapshot.Scan(KeyRange.All, 60);
                snapshot.Diff(0, 60);
            });
            Assert.Equal(StoreErrors.Damaged, damage.Code);
            Assert.Contains(path, damage.Message, StringComparison.Ordinal);
            damage = await Assert.ThrowsAsync<StoreException>(() => store.MergeAsync().AsTask());
            Assert.Equal(StoreErrors.Damaged, damage.Code);
        }
    }
}
