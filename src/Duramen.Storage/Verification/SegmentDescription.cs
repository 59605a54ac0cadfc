using Duramen.Core.Ids;

namespace Duramen.Storage.Verification;

/// <summary>What a segment of a log is, at one moment.</summary>
/// <param name="File">The file, relative to the data folder.</param>
/// <param name="BaseOffset">Where it begins.</param>
/// <param name="NextOffset">The offset after its last record.</param>
/// <param name="Generation">How often compaction has rewritten it.</param>
/// <param name="SizeBytes">Bytes of batches.</param>
/// <param name="RecordCount">Records, control records included.</param>
/// <param name="MaxTimestampMs">The largest timestamp in milliseconds since 1970; null when it holds no records.</param>
/// <param name="IndexEntries">Entries of its index.</param>
public sealed record SegmentDescription(
    string File, Offset BaseOffset, Offset NextOffset, int Generation, long SizeBytes, long RecordCount, long? MaxTimestampMs, int IndexEntries);
