using Duramen.Log;

namespace Duramen.Storage;

/// <summary>What a log on disk can be asked to be.</summary>
internal static class LogOptionLimits
{
    /// <summary>Refuses options that a log on disk cannot have.</summary>
    /// <exception cref="StorageException"><see cref="LogErrors.InvalidOption"/>.</exception>
    public static void Check(LogOptions options)
    {
        Require(
            options.SegmentSizeBytes is >= StorageLimits.SegmentMinBytes and <= StorageLimits.SegmentMaxBytes,
            nameof(options.SegmentSizeBytes),
            options.SegmentSizeBytes);
        Require(options.RetentionMs >= -1, nameof(options.RetentionMs), options.RetentionMs);
        Require(options.RetentionBytes >= -1, nameof(options.RetentionBytes), options.RetentionBytes);
        Require(options.MinCompactionLagMs >= 0, nameof(options.MinCompactionLagMs), options.MinCompactionLagMs);
        Require(options.DeleteRetentionMs >= 0, nameof(options.DeleteRetentionMs), options.DeleteRetentionMs);
        Require(options.MinCleanableRatio is >= 0 and <= 1, nameof(options.MinCleanableRatio), options.MinCleanableRatio);
    }

    private static void Require(bool holds, string option, object value)
    {
        if (!holds)
        {
            throw new StorageException(
                LogErrors.InvalidOption,
                FormattableString.Invariant($"{option} cannot be {value}."),
                "See the option's description for its range.");
        }
    }
}
