using System.Buffers.Binary;
using Duramen.Core.Checksums;
using Duramen.Core.Ids;
using Duramen.Log;

namespace Duramen.Storage.Segments;

/// <summary>How old a segment may get before it is sealed.</summary>
internal static class SegmentAge
{
    /// <summary>
    /// The most for a segment of a log, in milliseconds: compaction waits for no record in it for longer than it may. The jitter is the segment's own and always the same, so that nothing about it is kept.
    /// </summary>
    public static long MaxMs(LogOptions options, LogId log, SegmentId segment)
    {
        long maxMs = (options.Cleanup & CleanupPolicy.Compact) != 0 ? Math.Min(options.SegmentMs, options.MaxCompactionLagMs) : options.SegmentMs;
        long jitterMs = Math.Min(options.SegmentJitterMs, maxMs);
        return jitterMs == 0 ? maxMs : maxMs - (Spread(log, segment) % jitterMs);
    }

    private static long Spread(LogId log, SegmentId segment)
    {
        Span<byte> bytes = stackalloc byte[LogId.SizeBytes + sizeof(long)];
        log.Write(bytes);
        BinaryPrimitives.WriteInt64BigEndian(bytes[LogId.SizeBytes..], segment.BaseOffset.Value);
        return Crc32C.Compute(bytes);
    }
}
