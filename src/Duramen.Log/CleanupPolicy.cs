namespace Duramen.Log;

/// <summary>What a log does with old records.</summary>
[Flags]
public enum CleanupPolicy
{
    /// <summary>Keeps everything.</summary>
    None = 0,

    /// <summary>Deletes whole segments that are too old or too many.</summary>
    Delete = 1,

    /// <summary>Keeps the last record of every key.</summary>
    Compact = 2,
}
