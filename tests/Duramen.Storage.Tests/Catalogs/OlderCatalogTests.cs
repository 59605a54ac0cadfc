using System.Buffers.Binary;
using Duramen.Core.Checksums;
using Duramen.Core.Ids;
using Duramen.Disk;
using Duramen.Disk.Memory;
using Duramen.Log;
using Duramen.Storage.Catalogs;
using Duramen.Storage.Folders;
using Duramen.Storage.Logs;
using Duramen.Storage.Tests.Formats;
using Xunit;

namespace Duramen.Storage.Tests.Catalogs;

/// <summary>Folders whose catalog an older version wrote: version 1 knows of no producers, version 2 of no ages of segments and of records that wait for compaction.</summary>
public sealed class OlderCatalogTests
{
    // What version 1 wrote for the example of docs/formats.md.
    private const string VersionOne =
        "445243540001010000112233445566778899aabbccddeeff000000000000000200000000000000044b3e9fa9000000000000000000003000000000010f1e2d3c" +
        "4b5a49788796a5b4c3d2e1f000000001610100000000004000000000000000240c8400ffffffffffffffff00000000000000000000000005265c003fe0000000" +
        "00000000000000000000050000000000000007000000000000000000000001000000000000000500000000000000540000000000000007000000000000000200" +
        "00018bcfe568fa0dadf69f00000000000000000000000000000000000000050000018bcfe568fa000000010000004d6c6f67732f30663165326433632d346235" +
        "612d343937382d383739362d6135623463336432653166302f30303030303030303030303030303030303030302d3030303030302e7365676d656e747b1ac1a4";

    // What version 2 wrote for it.
    private const string VersionTwo =
        "445243540002010000112233445566778899aabbccddeeff000000000000000200000000000000044b3e9fa9000000000000000000003000000000010f1e2d3c" +
        "4b5a49788796a5b4c3d2e1f000000001610100000000004000000000000000240c8400ffffffffffffffff00000000000000000000000005265c003fe0000000" +
        "00000000000000000000050000000000000007000000000000000000000001000000000000000500000000000000540000000000000007000000000000000200" +
        "00018bcfe568fa0dadf69f00000000000000000000000000000000000000050000018bcfe568fa00000001000000000000000900010000000000000007000001" +
        "8bcfe569f4010000000300000002000000000000000500000000000000010000004d6c6f67732f30663165326433632d346235612d343937382d383739362d61" +
        "35623463336432653166302f30303030303030303030303030303030303030302d3030303030302e7365676d656e744fb5dbbf";

    private static StorageOptions Options => new() { JournalFileSizeBytes = 64 << 10, JournalFilesMax = 4, MaintenanceInterval = TimeSpan.Zero };

    [Fact]
    public void A_catalog_of_version_1_is_read_and_its_logs_have_no_producers()
    {
        var disk = new MemoryDisk();
        disk.CreateFolder("/data");
        Write(disk, $"/data/{Catalog.FirstCopyName}", Convert.FromHexString(VersionOne));

        Catalog read = Assert.IsType<Catalog>(Catalog.TryLoad(disk, "/data", []));

        Assert.True(read.IsOfOlderVersion);
        LogRecord log = Assert.Single(read.Logs);
        Assert.Equal((Examples.Log, "a"), (log.Id, log.Name));
        Assert.Equal(Examples.Segment(), Assert.Single(log.Segments));
        Assert.Null(log.Producers);
        Assert.Equal(Examples.Catalog().Garbage, read.Garbage);
    }

    [Fact]
    public void A_catalog_of_version_2_is_read_and_the_ages_in_its_options_are_the_defaults()
    {
        var disk = new MemoryDisk();
        disk.CreateFolder("/data");
        Write(disk, $"/data/{Catalog.FirstCopyName}", Convert.FromHexString(VersionTwo));

        Catalog read = Assert.IsType<Catalog>(Catalog.TryLoad(disk, "/data", []));

        Assert.True(read.IsOfOlderVersion);
        LogRecord log = Assert.Single(read.Logs);
        Assert.Equal(new LogOptions { Cleanup = CleanupPolicy.Delete }, log.Options);
        Assert.NotNull(log.Producers);
        Assert.Equal(Examples.Segment(), Assert.Single(log.Segments));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_folder_of_version_1_opens_with_all_it_holds_and_is_of_the_new_version_before_anything_is_appended(bool wasClean)
    {
        var disk = new MemoryDisk();
        LogId id;
        await using (DataFolder made = await DataFolder.OpenAsync(disk, "/data", Options))
        {
            DiskLog log = await made.CreateLogAsync("a");
            await log.AppendAsync(Examples.Batch());
            id = log.Id;
        }

        Downgrade(disk, Catalog.FirstCopyName, wasClean);
        Downgrade(disk, Catalog.SecondCopyName, wasClean);
        await using DataFolder folder = await DataFolder.OpenAsync(disk, "/data", Options);

        Assert.Equal(3, Read(disk, $"/data/{Catalog.FirstCopyName}")[5]);
        Assert.Equal(3, Read(disk, $"/data/{Catalog.SecondCopyName}")[5]);
        DiskLog again = folder.FindLog("a")!;
        Assert.Equal((id, new Offset(2)), (again.Id, again.Watermarks.Committed));
        using LogSlice slice = await again.ReadAsync(Offset.Zero, ReadLimits.Default);
        Assert.Equal(Examples.Batch().Length, slice.Batches.Length);
    }

    // The catalog of one log of one segment, without producers and without garbage, as version 1 had it.
    private static void Downgrade(MemoryDisk disk, string name, bool isClean)
    {
        const int OptionsAt = 60 + LogId.SizeBytes + 5;
        byte[] bytes = Read(disk, $"/data/{name}");
        Assert.Equal(new byte[12], bytes[^16..^4]);
        Assert.Equal(0x80, bytes[OptionsAt]);
        byte[] older = [.. bytes[..(OptionsAt + 50)], .. bytes[(OptionsAt + 74)..^8]];
        older[OptionsAt] = 0;
        older[5] = 1;
        older[6] = isClean ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32BigEndian(older.AsSpan(older.Length - 4), Crc32C.Compute(older.AsSpan(0, older.Length - 4)));
        disk.DeleteFile($"/data/{name}");
        Write(disk, $"/data/{name}", older);
    }

    private static byte[] Read(MemoryDisk disk, string path)
    {
        using IDiskFile file = disk.Open(path, DiskFileMode.Existing);
        byte[] bytes = new byte[file.Length];
        file.Read(bytes, 0);
        return bytes;
    }

    private static void Write(MemoryDisk disk, string path, byte[] bytes)
    {
        using IDiskFile file = disk.Open(path, DiskFileMode.CreateNew);
        file.Write(bytes, 0);
    }
}
