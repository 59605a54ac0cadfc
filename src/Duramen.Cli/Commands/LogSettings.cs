using System.Globalization;
using Duramen.Cli.Parsing;
using Duramen.Log;
using Duramen.Storage;

namespace Duramen.Cli.Commands;

/// <summary>The options of a log on the command line.</summary>
internal static class LogSettings
{
    private static readonly CommandOption SegmentBytes = new(
        "--segment-bytes", "N", "size at which a new segment file is begun (default 1073741824)", new(LogOptionLimits.SegmentSizeMinBytes, LogOptionLimits.SegmentSizeMaxBytes));

    private static readonly CommandOption SegmentMs = new("--segment-ms", "N", "age of its first records at which a segment is ended by the next append (default 604800000)", new(1));
    private static readonly CommandOption SegmentJitterMs = new("--segment-jitter-ms", "N", "how much younger it may be ended, each by its own part of this (default 0)", new(0));
    private static readonly CommandOption Cleanup = new("--cleanup", "POLICY", "none (the default), delete, compact, or compact,delete (also delete,compact)");
    private static readonly CommandOption RetentionMs = new("--retention-ms", "N", "age at which segments may be deleted, -1: never (default 604800000)", new(-1));
    private static readonly CommandOption RetentionBytes = new("--retention-bytes", "N", "size above which segments may be deleted, -1: any (default -1)", new(-1));
    private static readonly CommandOption MinCompactionLagMs = new("--min-compaction-lag-ms", "N", "age below which no record is compacted away (default 0)", new(0));
    private static readonly CommandOption MaxCompactionLagMs = new("--max-compaction-lag-ms", "N", "age at which a record is compacted whatever the share (default: none)", new(1));
    private static readonly CommandOption DeleteRetentionMs = new("--delete-retention-ms", "N", "how long compaction keeps tombstones (default 86400000)", new(0));
    private static readonly CommandOption MinCleanableRatio = new("--min-cleanable-ratio", "R", "uncompacted share, 0 to 1, at which compaction begins (default 0.5)");

    public static IReadOnlyList<CommandOption> Options { get; } =
        [SegmentBytes, SegmentMs, SegmentJitterMs, Cleanup, RetentionMs, RetentionBytes, MinCompactionLagMs, MaxCompactionLagMs, DeleteRetentionMs, MinCleanableRatio];

    /// <summary>Whether any of the options was given.</summary>
    public static bool AreGiven(CommandInput input) => Options.Any(option => input.Has(option.Name));

    /// <summary>A log's options with those replaced that were given.</summary>
    public static LogOptions Read(CommandInput input, LogOptions others) => others with
    {
        SegmentSizeBytes = input.Number(SegmentBytes) ?? others.SegmentSizeBytes,
        SegmentMs = input.Number(SegmentMs) ?? others.SegmentMs,
        SegmentJitterMs = input.Number(SegmentJitterMs) ?? others.SegmentJitterMs,
        Cleanup = input.Text(Cleanup.Name) is null ? others.Cleanup : ReadCleanup(input),
        RetentionMs = input.Number(RetentionMs) ?? others.RetentionMs,
        RetentionBytes = input.Number(RetentionBytes) ?? others.RetentionBytes,
        MinCompactionLagMs = input.Number(MinCompactionLagMs) ?? others.MinCompactionLagMs,
        MaxCompactionLagMs = input.Number(MaxCompactionLagMs) ?? others.MaxCompactionLagMs,
        DeleteRetentionMs = input.Number(DeleteRetentionMs) ?? others.DeleteRetentionMs,
        MinCleanableRatio = ReadRatio(input) ?? others.MinCleanableRatio,
    };

    /// <summary>The policy in the words of the option.</summary>
    public static string NameOf(CleanupPolicy policy) => policy switch
    {
        CleanupPolicy.None => "none",
        CleanupPolicy.Delete => "delete",
        CleanupPolicy.Compact => "compact",
        _ => "compact,delete",
    };

    private static CleanupPolicy ReadCleanup(CommandInput input) =>
        input.Choice(Cleanup.Name, "none", "delete", "compact", "compact,delete", "delete,compact") switch
        {
            "none" => CleanupPolicy.None,
            "delete" => CleanupPolicy.Delete,
            "compact" => CleanupPolicy.Compact,
            _ => CleanupPolicy.Compact | CleanupPolicy.Delete,
        };

    private static double? ReadRatio(CommandInput input)
    {
        if (input.Text(MinCleanableRatio.Name) is not string text)
        {
            return null;
        }

        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double ratio) && ratio is >= 0 and <= 1
            ? ratio
            : throw input.Wrong($"{MinCleanableRatio.Name} is '{text}' and must be a number, 0 to 1");
    }
}
