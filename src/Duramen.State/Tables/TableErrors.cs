using Duramen.Core.Errors;

namespace Duramen.State.Tables;

/// <summary>The codes of what a table can refuse beside what its store does.</summary>
public static class TableErrors
{
    /// <summary>The table does not follow its log any more; the message names the record, or the first cause. What it has can be read.</summary>
    public static ErrorCode Stopped => new("table-stopped");

    /// <summary>The log was trimmed beyond what the table had folded, so that records are missing for good.</summary>
    public static ErrorCode Overtaken => new("table-overtaken");

    /// <summary>What a topic is to be read as of does not say an offset for each of its partitions, or one for a partition that it does not have.</summary>
    public static ErrorCode InvalidMoment => new("table-moment-invalid");

    /// <summary>One value of a key was asked for, and it has one in several partitions, between which there is no order.</summary>
    public static ErrorCode AmbiguousKey => new("table-key-ambiguous");

    /// <summary>The table was closed.</summary>
    public static ErrorCode Closed => new("table-closed");
}
