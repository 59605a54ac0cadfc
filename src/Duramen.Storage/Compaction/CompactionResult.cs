using Duramen.Core.Ids;

namespace Duramen.Storage.Compaction;

/// <summary>What one compaction of a log came to.</summary>
/// <param name="BytesBefore">Bytes of the segments that were compacted.</param>
/// <param name="BytesAfter">Bytes of the segments that stand in their place.</param>
/// <param name="RecordsBefore">Records in the segments that were compacted.</param>
/// <param name="RecordsAfter">Records in the segments that stand in their place.</param>
/// <param name="Rounds">How often the segments were gone through: once for every filling of the key map; 0 when there was nothing to do.</param>
/// <param name="BytesRead">Bytes that were read for it, in all rounds.</param>
/// <param name="CompactedTo">Every offset below this one has gone through compaction.</param>
/// <param name="Duration">The time it took.</param>
public sealed record CompactionResult(
    long BytesBefore, long BytesAfter, long RecordsBefore, long RecordsAfter, int Rounds, long BytesRead, Offset CompactedTo, TimeSpan Duration);
