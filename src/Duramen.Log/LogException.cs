using Duramen.Core.Errors;

namespace Duramen.Log;

/// <summary>A log refused an operation or failed. The message names the log, the place and the remedy.</summary>
public class LogException : DuramenException
{
    /// <summary>Makes an error about one log.</summary>
    /// <param name="code">One of <see cref="LogErrors"/>.</param>
    /// <param name="message">What was wrong and where.</param>
    /// <param name="remedy">What the reader can do about it.</param>
    /// <param name="cause">The failure underneath, if there is one.</param>
    public LogException(ErrorCode code, string message, string remedy = "", Exception? cause = null)
        : base(code, message, remedy, cause)
    {
    }
}
