using System.Globalization;
using Duramen.Cli.Parsing;
using Duramen.Log;
using Duramen.Storage;

namespace Duramen.Cli.Commands;

/// <summary>The options of a new log.</summary>
internal static class LogSettings
{
    private const string SegmentBytes = "--segment-bytes";
    private const string Cleanup = "--cleanup";
    private const string RetentionMs = "--retention-ms";
    private const string RetentionBytes = "--retention-bytes";
    private const string MinCompactionLagMs = "--min-compaction-lag-ms";
    private const string DeleteRetentionMs = "--delete-retention-ms";
    private const string MinCleanableRatio = "--min-cleanable-ratio";

    public static IReadOnlyList<CommandOption> Options { get; } =
    [
        new(SegmentBytes, "N", "size at which a new segment file is begun (default 1073741824)"),
        new(Cleanup, "POLICY", "none (the default), delete, compact, or compact,delete"),
        new(RetentionMs, "N", "age at which segments may be deleted; -1: never (default 604800000)"),
        new(RetentionBytes, "N", "size above which segments may be deleted; -1: any (default -1)"),
        new(MinCompactionLagMs, "N", "age below which no record is compacted away (default 0)"),
        new(DeleteRetentionMs, "N", "how long compaction keeps tombstones (default 86400000)"),
        new(MinCleanableRatio, "R", "uncompacted share, 0 to 1, at which compaction begins (default 0.5)"),
    ];

    /// <summary>Whether any of the options was given.</summary>
    public static bool AreGiven(CommandInput input) => Options.Any(option => input.Has(option.Name));

    /// <summary>A log's options with those replaced that were given.</summary>
    public static LogOptions Read(CommandInput input, LogOptions others) => others with
    {
        SegmentSizeBytes = input.Number(SegmentBytes) ?? others.SegmentSizeBytes,
        Cleanup = input.Text(Cleanup) is null ? others.Cleanup : ReadCleanup(input),
        RetentionMs = input.Number(RetentionMs) ?? others.RetentionMs,
        RetentionBytes = input.Number(RetentionBytes) ?? others.RetentionBytes,
        MinCompactionLagMs = input.Number(MinCompactionLagMs) ?? others.MinCompactionLagMs,
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
        input.Choice(Cleanup, "none", "delete", "compact", "compact,delete", "delete,compact") switch
        {
            "none" => CleanupPolicy.None,
            "delete" => CleanupPolicy.Delete,
            "compact" => CleanupPolicy.Compact,
            _ => CleanupPolicy.Compact | CleanupPolicy.Delete,
        };

    private static double? ReadRatio(CommandInput input)
    {
        if (input.Text(MinCleanableRatio) is not string text)
        {
            return null;
        }

        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double ratio)
            ? ratio
            : throw input.Wrong($"{MinCleanableRatio} is '{text}', which is not a number");
    }
}
