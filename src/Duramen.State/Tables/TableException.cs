using Duramen.Core.Errors;

namespace Duramen.State.Tables;

/// <summary>A table refused a call or stopped. The message names the table, the place and the remedy.</summary>
public sealed class TableException : DuramenException
{
    /// <summary>Makes an error about one table.</summary>
    /// <param name="code">One of <see cref="TableErrors"/>.</param>
    /// <param name="message">What was wrong and where.</param>
    /// <param name="remedy">What the reader can do about it.</param>
    /// <param name="cause">The failure underneath, if there is one.</param>
    public TableException(ErrorCode code, string message, string remedy = "", Exception? cause = null)
        : base(code, message, remedy, cause)
    {
    }
}
