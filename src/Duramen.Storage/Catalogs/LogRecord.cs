using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.Log.Producers;
using Duramen.Storage.Segments;

namespace Duramen.Storage.Catalogs;

/// <summary>What the catalog keeps of one log: who it is, how it is kept, where it starts, and which segments it consists of.</summary>
internal sealed record LogRecord
{
    public required LogId Id { get; init; }

    public required string Name { get; init; }

    public required LogOptions Options { get; init; }

    public Offset Start { get; init; }

    /// <summary>A lower bound of what is committed: what was when the log's last change was checkpointed.</summary>
    public Offset Committed { get; init; }

    /// <summary>Every offset below this one went through compaction already.</summary>
    public Offset CompactedTo { get; init; }

    /// <summary>
    /// What is known of the log's producers; null when nothing is. Not part of <see cref="Write"/>: a log that is created has none, and the catalog writes
    /// it behind.
    /// </summary>
    public ProducerHistory? Producers { get; init; }

    /// <summary>The segments in offset order; the last is the one that grows.</summary>
    public required IReadOnlyList<SegmentState> Segments { get; init; }

    /// <summary>The least bytes that a segment takes in the format.</summary>
    public const int SegmentStateBytes = 72;

    // Beside the cleanup policy: the fields that version 3 of the catalog brought follow. The journal has options of an older version where that died.
    private const byte HasAges = 0x80;

    public void Write(CatalogWriter writer)
    {
        writer.Id(Id).Text(Name);
        WriteOptions(writer, Options);
        writer.Offset(Start).Offset(Committed).Offset(CompactedTo).Int32(Segments.Count);
        foreach (SegmentState segment in Segments)
        {
            WriteSegment(writer, segment);
        }
    }

    public static LogRecord Read(ref CatalogReader reader)
    {
        LogId id = reader.Id();
        string name = reader.Text();
        LogOptions options = ReadOptions(ref reader);
        Offset start = reader.Offset();
        Offset committed = reader.Offset();
        Offset compactedTo = reader.Offset();
        var segments = new SegmentState[reader.Count(SegmentStateBytes)];
        for (int index = 0; index < segments.Length; index++)
        {
            segments[index] = ReadSegment(ref reader);
        }

        return new LogRecord
        {
            Id = id,
            Name = name,
            Options = options,
            Start = start,
            Committed = committed,
            CompactedTo = compactedTo,
            Segments = segments,
        };
    }

    public static void WriteOptions(CatalogWriter writer, LogOptions options) =>
        writer
            .Byte((byte)((byte)options.Cleanup | HasAges))
            .Byte((byte)options.CommitRule)
            .Int64(options.SegmentSizeBytes)
            .Int64(options.RetentionMs)
            .Int64(options.RetentionBytes)
            .Int64(options.MinCompactionLagMs)
            .Int64(options.DeleteRetentionMs)
            .Double(options.MinCleanableRatio)
            .Int64(options.SegmentMs)
            .Int64(options.SegmentJitterMs)
            .Int64(options.MaxCompactionLagMs);

    public static LogOptions ReadOptions(ref CatalogReader reader)
    {
        byte first = reader.Byte();
        var options = new LogOptions
        {
            Cleanup = (CleanupPolicy)(first & ~HasAges),
            CommitRule = (CommitRule)reader.Byte(),
            SegmentSizeBytes = reader.Int64(),
            RetentionMs = reader.Int64(),
            RetentionBytes = reader.Int64(),
            MinCompactionLagMs = reader.Int64(),
            DeleteRetentionMs = reader.Int64(),
            MinCleanableRatio = reader.Double(),
        };
        return (first & HasAges) == 0
            ? options
            : options with { SegmentMs = reader.Int64(), SegmentJitterMs = reader.Int64(), MaxCompactionLagMs = reader.Int64() };
    }

    public static void WriteSegment(CatalogWriter writer, in SegmentState segment) =>
        writer
            .Offset(segment.Id.BaseOffset)
            .Int32(segment.Id.Generation)
            .UInt32(segment.SizeBytes)
            .Offset(segment.NextOffset)
            .Int64(segment.RecordCount)
            .Int64(segment.MaxTimestampMs)
            .UInt32(segment.Digest)
            .Int32(segment.IndexEntries)
            .UInt32(segment.IntervalStart)
            .UInt32(segment.IntervalDigest)
            .Offset(segment.IntervalFirstOffset)
            .Int64(segment.IntervalMaxTimestampMs);

    public static SegmentState ReadSegment(ref CatalogReader reader)
    {
        var id = new SegmentId(reader.Offset(), reader.Int32());
        return new SegmentState(id)
        {
            SizeBytes = reader.UInt32(),
            NextOffset = reader.Offset(),
            RecordCount = reader.Int64(),
            MaxTimestampMs = reader.Int64(),
            Digest = reader.UInt32(),
            IndexEntries = reader.Int32(),
            IntervalStart = reader.UInt32(),
            IntervalDigest = reader.UInt32(),
            IntervalFirstOffset = reader.Offset(),
            IntervalMaxTimestampMs = reader.Int64(),
        };
    }
}
