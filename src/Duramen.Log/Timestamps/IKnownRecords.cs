using Duramen.Core.Ids;

namespace Duramen.Log.Timestamps;

/// <summary>What somebody knows of the records of a log, those among them that the log has lost since.</summary>
public interface IKnownRecords
{
    /// <summary>The first offset that is known about.</summary>
    Offset From { get; }

    /// <summary>The offsets and times of the records known between two offsets, in the order of offsets.</summary>
    IEnumerable<TimestampMatch> Between(Offset from, Offset to);
}
