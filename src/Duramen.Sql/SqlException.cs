using Duramen.Core.Errors;

namespace Duramen.Sql;

/// <summary>A query was refused or failed.</summary>
public sealed class SqlException : DuramenException
{
    /// <summary>Makes an error about one query.</summary>
    /// <param name="code">One of <see cref="SqlErrors"/>.</param>
    /// <param name="message">What was wrong and where.</param>
    /// <param name="remedy">What the reader can do about it.</param>
    /// <param name="cause">The failure underneath, if there is one.</param>
    public SqlException(ErrorCode code, string message, string remedy = "", Exception? cause = null)
        : base(code, message, remedy, cause)
    {
    }

    /// <summary>The property of <see cref="QueryBudget"/> that was used up; null when none was.</summary>
    public string? Budget { get; init; }
}
