using System.Text;
using Duramen.Core.Ids;
using Duramen.Disk;
using Duramen.Disk.Memory;
using Duramen.Log.Producers;
using Duramen.Storage.Catalogs;
using Duramen.Storage.Folders;
using Duramen.Storage.Journaling;
using Duramen.Storage.Logs;
using Duramen.Storage.Segments;
using Xunit;

namespace Duramen.Storage.Tests.Formats;

/// <summary>The bytes that <c>docs/formats.md</c> shows are the bytes that the code writes, and the code reads them back.</summary>
public sealed class FormatDocumentTests
{
    // Every example of the document with the code that writes it.
    private static readonly Dictionary<string, Func<byte[]>> Writers = new(StringComparer.Ordinal)
    {
        ["identity"] = () => Examples.Written($"/data/{FolderLayout.IdentityFile}", disk => Examples.Identity.Save(disk, "/data")),
        ["group-header"] = () => Examples.Group().Bytes[..GroupHeader.SizeBytes],
        ["entry-header"] = () => Examples.AppendEntry()[..EntryHeader.SizeBytes],
        ["entry-direct"] = Examples.DirectEntry,
        ["batch"] = Examples.Batch,
        ["control-batch"] = Examples.ControlBatch,
        ["log-record"] = () => Fields(Examples.LogRecord().Write),
        ["log-options"] = () => Fields(writer => LogRecord.WriteOptions(writer, Examples.LogRecord().Options)),
        ["producers"] = () => Fields(writer => ProducerRecord.Write(writer, Examples.UncommittedProducers())),
        ["producers-forgotten"] = () => DiskLog.WriteForgotten([new ProducerId(9), new ProducerId(12)]).Written.ToArray(),
        ["segment-state"] = () => Fields(writer => LogRecord.WriteSegment(writer, Examples.Segment())),
        ["segments-replaced"] = () => Examples.Replacement().Write().Written.ToArray(),
        ["catalog"] = () => Examples.Written($"/data/{Catalog.FirstCopyName}", disk => Examples.Catalog().Save(disk, "/data")),
        ["synced-slot"] = () => Mark()[..40],
        ["index-header"] = () => IndexBytes()[..IndexFile.HeaderSizeBytes],
        ["index-entry"] = () => IndexBytes()[IndexFile.HeaderSizeBytes..],
    };

    [Fact]
    public void Every_example_has_a_writer_and_every_writer_an_example() =>
        Assert.Equal(Writers.Keys.Order(StringComparer.Ordinal), FormatDocument.Names.Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("group-header")]
    [InlineData("entry-header")]
    [InlineData("entry-direct")]
    [InlineData("batch")]
    [InlineData("control-batch")]
    [InlineData("log-record")]
    [InlineData("log-options")]
    [InlineData("producers")]
    [InlineData("producers-forgotten")]
    [InlineData("segment-state")]
    [InlineData("segments-replaced")]
    [InlineData("catalog")]
    [InlineData("synced-slot")]
    [InlineData("index-header")]
    [InlineData("index-entry")]
    public void An_example_is_byte_for_byte_what_the_code_writes(string name) =>
        Assert.Equal(Convert.ToHexStringLower(Writers[name]()), FormatDocument.Hex(name));

    [Fact]
    public void The_identity_is_character_for_character_what_the_code_writes() =>
        Assert.Equal(Encoding.ASCII.GetString(Writers["identity"]()), FormatDocument.Text("identity"));

    [Fact]
    public void The_numbers_are_those_of_the_code()
    {
        (string Name, long Value)[] numbers = [.. FormatDocument.Numbers];

        Assert.NotEmpty(numbers);
        Assert.All(
            numbers,
            number => Assert.Equal(Convert.ToInt64(typeof(StorageLimits).GetField(number.Name)?.GetRawConstantValue(), null), number.Value));
    }

    [Fact]
    public void The_identity_is_read_back()
    {
        MemoryDisk disk = DiskWith($"/data/{FolderLayout.IdentityFile}", Encoding.ASCII.GetBytes(FormatDocument.Text("identity")));

        Assert.Equal(Examples.Identity, FolderIdentity.TryLoad(disk, "/data"));
    }

    [Fact]
    public void A_group_and_its_entry_are_read_back()
    {
        byte[] entry = Bytes("entry-header");

        Assert.True(GroupHeader.TryRead(Bytes("group-header"), out GroupHeader group, out uint checksum));
        Assert.Equal(new GroupHeader(Examples.Folder, 3, 0x01020304, entry.Length + Bytes("batch").Length, 1, group.EntriesChecksum), group);
        Assert.Equal(Examples.Group().Checksum, checksum);
        Assert.Equal(group.EntriesChecksum, Examples.Crc([.. entry, .. Bytes("batch")]));
        Assert.Equal(StorageLimits.JournalBlockBytes, group.GroupSizeBytes);
        Assert.True(EntryHeader.TryRead((byte[])[.. entry, .. Bytes("batch")], out EntryHeader read));
        Assert.Equal(EntryKind.Append, read.Kind);
        Assert.True(HeaderDigest.Matches(Bytes("batch"), Direct().PayloadDigest));
    }

    [Fact]
    public void A_catalog_is_read_back()
    {
        MemoryDisk disk = DiskWith($"/data/{Catalog.FirstCopyName}", Bytes("catalog"));
        List<string> defects = [];

        Catalog read = Assert.IsType<Catalog>(Catalog.TryLoad(disk, "/data", defects));

        Assert.Equal($"/data/{Catalog.SecondCopyName} is missing", Assert.Single(defects));
        Assert.Equal((Examples.Folder, 2, true), (read.FolderId, read.Sequence, read.IsClean));
        Assert.Equal(Examples.Catalog().Journal, read.Journal);
        Assert.Equal(Examples.Catalog().Garbage, read.Garbage);
        LogRecord log = Assert.Single(read.Logs);
        Assert.Equal(Examples.Segment(), Assert.Single(log.Segments));
        Assert.Equal(Fields(writer => ProducerRecord.Write(writer, Examples.Producers())), Fields(writer => ProducerRecord.Write(writer, log.Producers)));
        Assert.Equal(Examples.LogRecord() with { Segments = log.Segments, Producers = log.Producers }, log);
    }

    [Fact]
    public void The_producers_of_a_log_are_read_back_as_they_were()
    {
        var reader = new CatalogReader(Bytes("producers"), "formats.md");

        ProducerHistory read = Assert.IsType<ProducerHistory>(ProducerRecord.Read(ref reader));

        Assert.True(reader.IsAtEnd);
        Assert.Equal(Examples.UncommittedProducers().Recent, read.Recent);
        ProducerEntry entry = Assert.Single(read.Settled.Producers);
        Assert.Equal((9L, 1, 7L, Examples.TimeMs + 500), (entry.Producer.Value, entry.Epoch, entry.NextOffset.Value, entry.LastActiveMs));
        Assert.Equal([new SequenceRange(3, 2, new Offset(5))], entry.Remembered.ToArray());
    }

    [Fact]
    public void A_slot_of_the_synced_mark_is_read_back()
    {
        MemoryDisk disk = DiskWith($"/data/{SyncedMark.FileName}", Bytes("synced-slot"));
        List<string> defects = [];

        Assert.Equal(3L, SyncedMark.TryRead(disk, "/data", Examples.Folder, defects));
        Assert.Empty(defects);
    }

    [Fact]
    public void An_index_is_read_back()
    {
        SegmentState state = Examples.Segment() with { IndexEntries = 1, IntervalStart = 16_400, IntervalDigest = Examples.IndexEntry().Digest };
        MemoryDisk disk = DiskWith($"/data/{state.Id.IndexFileName}", [.. Bytes("index-header"), .. Bytes("index-entry")]);

        IndexEntry[] entries = IndexFile.TryRead(disk, "/data", Examples.Log, state, out string defect) ?? [];

        Assert.Equal("", defect);
        Assert.Equal([Examples.IndexEntry()], entries);
    }

    [Fact]
    public void The_payload_of_a_replacement_is_read_back()
    {
        SegmentReplacement read = SegmentReplacement.Read(Bytes("segments-replaced"));

        Assert.Equal(Examples.Replacement().Removed, read.Removed);
        Assert.Equal(Examples.Replacement().Added, read.Added);
        Assert.Equal(Examples.Replacement().CompactedTo, read.CompactedTo);
    }

    private static byte[] Bytes(string name) => Convert.FromHexString(FormatDocument.Hex(name));

    private static EntryHeader Direct()
    {
        Assert.True(EntryHeader.TryRead(Bytes("entry-direct"), out EntryHeader entry));
        return entry;
    }

    private static byte[] Fields(Action<CatalogWriter> write)
    {
        var writer = new CatalogWriter();
        write(writer);
        return writer.Written.ToArray();
    }

    private static byte[] Mark() => Examples.Written($"/data/{SyncedMark.FileName}", disk =>
    {
        using var mark = new SyncedMark(disk, "/data", Examples.Folder, 0, 0);
        mark.Write(3, Examples.Group().Checksum);
    });

    private static byte[] IndexBytes() => Examples.Written("/data/index", disk =>
    {
        using IDiskFile file = disk.Open("/data/index", DiskFileMode.CreateNew);
        IndexFile.Write(file, Examples.Log, new SegmentId(new Offset(5), 0), firstEntry: 0, [Examples.IndexEntry()]);
    });

    private static MemoryDisk DiskWith(string path, byte[] bytes)
    {
        var disk = new MemoryDisk();
        disk.CreateFolder("/data");
        using IDiskFile file = disk.Open(path, DiskFileMode.CreateNew);
        file.Write(bytes, 0);
        return disk;
    }
}
