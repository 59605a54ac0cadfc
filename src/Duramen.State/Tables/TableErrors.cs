using Duramen.Core.Errors;

namespace Duramen.State.Tables;

/// <summary>The codes of what a table can refuse beside what its store does.</summary>
public static class TableErrors
{
    /// <summary>The table does not follow its log any more; the message names the record, or the first cause. What it has can be read.</summary>
    public static ErrorCode Stopped => new("table-stopped");

    /// <summary>The log was trimmed beyond what the table had folded, so that records are missing for good.</summary>
    public static ErrorCode Overtaken => new("table-overtaken");

    /// <summary>The table was closed.</summary>
    public static ErrorCode Closed => new("table-closed");
}
