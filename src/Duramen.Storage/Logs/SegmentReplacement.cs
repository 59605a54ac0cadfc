using Duramen.Core.Ids;
using Duramen.Storage.Catalogs;
using Duramen.Storage.Segments;

namespace Duramen.Storage.Logs;

/// <summary>The outcome of a compaction: which segments go, which come in their place, and up to where the log is compacted then.</summary>
internal sealed record SegmentReplacement(IReadOnlyList<SegmentId> Removed, IReadOnlyList<SegmentState> Added, Offset CompactedTo)
{
    private const int SegmentIdBytes = 12;

    public CatalogWriter Write()
    {
        var writer = new CatalogWriter();
        writer.Offset(CompactedTo).Int32(Removed.Count);
        foreach (SegmentId id in Removed)
        {
            writer.Offset(id.BaseOffset).Int32(id.Generation);
        }

        writer.Int32(Added.Count);
        foreach (SegmentState state in Added)
        {
            LogRecord.WriteSegment(writer, state);
        }

        return writer;
    }

    public static SegmentReplacement Read(ReadOnlySpan<byte> source)
    {
        var reader = new CatalogReader(source, "the journal");
        Offset compactedTo = reader.Offset();
        var removed = new SegmentId[reader.Count(SegmentIdBytes)];
        for (int index = 0; index < removed.Length; index++)
        {
            removed[index] = new SegmentId(reader.Offset(), reader.Int32());
        }

        var added = new SegmentState[reader.Count(LogRecord.SegmentStateBytes)];
        for (int index = 0; index < added.Length; index++)
        {
            added[index] = LogRecord.ReadSegment(ref reader);
        }

        return new SegmentReplacement(removed, added, compactedTo);
    }
}
