using Duramen.Core.Ids;
using Duramen.Log;

namespace Duramen.Storage.Verification;

/// <summary>What a log is and holds, at one moment.</summary>
/// <param name="Id">Its identity.</param>
/// <param name="Name">Its name.</param>
/// <param name="Options">How it keeps its records.</param>
/// <param name="Watermarks">How far it reaches.</param>
/// <param name="Segments">Its segments in offset order.</param>
public sealed record LogDescription(
    LogId Id, string Name, LogOptions Options, LogWatermarks Watermarks, IReadOnlyList<SegmentDescription> Segments)
{
    /// <summary>Records in its segments, control records and those below the start included.</summary>
    public long RecordCount => Segments.Sum(segment => segment.RecordCount);

    /// <summary>Bytes of batches in its segments.</summary>
    public long SizeBytes => Segments.Sum(segment => segment.SizeBytes);
}
