using Duramen.Core.Binary;
using Duramen.Core.Checksums;
using Duramen.Core.Ids;
using Duramen.Disk;
using Duramen.Disk.Memory;
using Duramen.Log;
using Duramen.Log.Producers;
using Duramen.Records.Batches;
using Duramen.Storage.Catalogs;
using Duramen.Storage.Folders;
using Duramen.Storage.Journaling;
using Duramen.Storage.Logs;
using Duramen.Storage.Segments;

namespace Duramen.Storage.Tests.Formats;

/// <summary>One small example of every structure on disk, as the engine's own code writes it.</summary>
internal static class Examples
{
    public const long TimeMs = 1_700_000_000_000;

    public static Guid Folder { get; } = new("00112233-4455-6677-8899-aabbccddeeff");

    public static Guid Cluster { get; } = new("c1c2c3c4-c5c6-c7c8-c9ca-cbcccdcecfd0");

    public static LogId Log { get; } = new(new Guid("0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f0"));

    public static FolderIdentity Identity { get; } = new(Folder, Cluster, DateTimeOffset.FromUnixTimeMilliseconds(TimeMs));

    /// <summary>Two records at offsets 5 and 6, appended by a log that is not replicated.</summary>
    public static byte[] Batch()
    {
        using var builder = new RecordBatchBuilder { BaseOffset = new Offset(5) };
        builder.Append(TimeMs, "k"u8, "v1"u8, [new RecordHeader("h", new byte[] { 1 })]);
        builder.Append(TimeMs + 250, "k"u8, NullableBytes.Null);
        return builder.Build().ToArray();
    }

    /// <summary>The end of a transaction at offset 7: its commit.</summary>
    public static byte[] ControlBatch()
    {
        using var builder = new RecordBatchBuilder { BaseOffset = new Offset(7) };
        builder.SetProducer(new ProducerId(9), epoch: 1, baseSequence: -1);
        builder.AppendControl(new ControlRecord(ControlRecordType.Commit, CoordinatorEpoch: 3), TimeMs + 500);
        return builder.Build().ToArray();
    }

    /// <summary>A segment that begins at offset 5 and holds <see cref="Batch"/>.</summary>
    public static SegmentState Segment()
    {
        var state = new SegmentState(new SegmentId(new Offset(5), 0));
        Assert(RecordBatchView.TryRead(Batch(), out RecordBatchView batch));
        state.Add(batch, out _);
        return state;
    }

    /// <summary>The entry of the append of <see cref="Batch"/>, payload included.</summary>
    public static byte[] AppendEntry()
    {
        byte[] batch = Batch();
        var header = new EntryHeader(EntryKind.Append, Log, new Offset(5), new SegmentId(new Offset(5), 0), 0, batch.Length, 0);
        return Entry(header, batch);
    }

    /// <summary>The same append, had it gone to its segment directly.</summary>
    public static byte[] DirectEntry()
    {
        byte[] batch = Batch();
        var segment = new SegmentId(new Offset(5), 0);
        return Entry(new EntryHeader(EntryKind.AppendDirect, Log, new Offset(5), segment, 0, batch.Length, HeaderDigest.Compute(batch)), []);
    }

    /// <summary>A group that holds <see cref="AppendEntry"/>, and its checksum.</summary>
    public static (byte[] Bytes, uint Checksum) Group()
    {
        using var builder = new GroupBuilder(StorageLimits.JournalBlockBytes);
        byte[] entry = AppendEntry();
        Assert(builder.TryReserve(entry.Length, out Span<byte> place));
        entry.CopyTo(place);
        builder.Add(entry.Length);
        byte[] bytes = builder.Seal(Folder, sequence: 3, previousChecksum: 0x01020304, out uint checksum).ToArray();
        return (bytes, checksum);
    }

    public static LogRecord LogRecord() => new()
    {
        Id = Log,
        Name = "a",
        Options = new LogOptions { Cleanup = CleanupPolicy.Delete },
        Start = new Offset(5),
        Committed = new Offset(7),
        CompactedTo = default,
        Segments = [Segment()],
        Producers = Producers(),
    };

    /// <summary>One producer, the batch of which is committed.</summary>
    public static ProducerHistory Producers()
    {
        var settled = new ProducerLedger();
        settled.Fold(new ProducerBatch(new ProducerId(9), Epoch: 1, new SequenceRange(First: 3, Count: 2, new Offset(5))), TimeMs + 500);
        return new ProducerHistory(settled, []);
    }

    /// <summary>The same, and one batch after it that is not committed.</summary>
    public static ProducerHistory UncommittedProducers()
    {
        ProducerHistory producers = Producers();
        producers.Add(new ProducerBatch(new ProducerId(9), Epoch: 1, new SequenceRange(First: 5, Count: 1, new Offset(7))), TimeMs + 750);
        return producers;
    }

    public static Catalog Catalog() => new()
    {
        FolderId = Folder,
        Sequence = 2,
        Journal = new JournalPosition(4, Group().Checksum, 0, 3 * StorageLimits.JournalBlockBytes),
        IsClean = true,
        Logs = [LogRecord()],
        Garbage = [$"{FolderLayout.RelativeLogPath(Log)}/{new SegmentId(default, 0).SegmentFileName}"],
    };

    public static IndexEntry IndexEntry() => new(new Offset(5), TimeMs + 250, 0, 16_400, 0xA1B2C3D4);

    public static SegmentReplacement Replacement() => new([new SegmentId(default, 0), new SegmentId(new Offset(5), 0)], [Segment() with
    {
        Id = new SegmentId(default, 1),
    }], new Offset(7));

    /// <summary>The file that something writes, whole.</summary>
    public static byte[] Written(string path, Action<IDisk> write)
    {
        var disk = new MemoryDisk();
        disk.CreateFolder("/data");
        write(disk);
        using IDiskFile file = disk.Open(path, DiskFileMode.Existing);
        byte[] bytes = new byte[file.Length];
        file.Read(bytes, 0);
        return bytes;
    }

    public static uint Crc(ReadOnlySpan<byte> bytes) => Crc32C.Compute(bytes);

    private static byte[] Entry(EntryHeader header, ReadOnlySpan<byte> payload)
    {
        byte[] bytes = new byte[header.EntrySizeBytes];
        header.Write(bytes);
        payload.CopyTo(bytes.AsSpan(EntryHeader.SizeBytes));
        return bytes;
    }

    private static void Assert(bool holds) => Xunit.Assert.True(holds);
}
