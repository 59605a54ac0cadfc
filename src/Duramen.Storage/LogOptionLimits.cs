using Duramen.Log;

namespace Duramen.Storage;

/// <summary>What a log on disk can be asked to be.</summary>
public static class LogOptionLimits
{
    /// <summary>The least that <see cref="LogOptions.SegmentSizeBytes"/> can be; so little is for tests, which roll often.</summary>
    public const long SegmentSizeMinBytes = StorageLimits.SegmentMinBytes;

    /// <summary>The most that <see cref="LogOptions.SegmentSizeBytes"/> can be: positions in a segment are unsigned 32-bit.</summary>
    public const long SegmentSizeMaxBytes = StorageLimits.SegmentMaxBytes;

    /// <summary>Refuses options that a log on disk cannot have.</summary>
    /// <exception cref="StorageException"><see cref="LogErrors.InvalidOption"/>.</exception>
    internal static void Check(LogOptions options)
    {
        Require(
            options.SegmentSizeBytes is >= SegmentSizeMinBytes and <= SegmentSizeMaxBytes,
            nameof(options.SegmentSizeBytes),
            options.SegmentSizeBytes,
            FormattableString.Invariant($"{SegmentSizeMinBytes} to {SegmentSizeMaxBytes}"));
        Require(options.SegmentMs >= 1, nameof(options.SegmentMs), options.SegmentMs, "1 or more");
        Require(options.SegmentJitterMs >= 0, nameof(options.SegmentJitterMs), options.SegmentJitterMs, "0 or more");
        Require(options.RetentionMs >= -1, nameof(options.RetentionMs), options.RetentionMs, "-1 or more");
        Require(options.RetentionBytes >= -1, nameof(options.RetentionBytes), options.RetentionBytes, "-1 or more");
        Require(options.MinCompactionLagMs >= 0, nameof(options.MinCompactionLagMs), options.MinCompactionLagMs, "0 or more");
        Require(options.MaxCompactionLagMs >= 1, nameof(options.MaxCompactionLagMs), options.MaxCompactionLagMs, "1 or more");
        Require(options.DeleteRetentionMs >= 0, nameof(options.DeleteRetentionMs), options.DeleteRetentionMs, "0 or more");
        Require(options.MinCleanableRatio is >= 0 and <= 1, nameof(options.MinCleanableRatio), options.MinCleanableRatio, "0 to 1");
    }

    private static void Require(bool holds, string option, object value, string range)
    {
        if (!holds)
        {
            throw new StorageException(
                LogErrors.InvalidOption,
                FormattableString.Invariant($"{option} is {value} and must be {range}."),
                "Choose a value in that range.");
        }
    }
}
