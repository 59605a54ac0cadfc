using Duramen.Core.Errors;

namespace Duramen.State;

/// <summary>A state machine's host refused a call, stopped, or could not read its log. The message names the log, the place and the remedy.</summary>
public sealed class StateException : DuramenException
{
    /// <summary>Makes an error about one machine.</summary>
    /// <param name="code">One of <see cref="StateErrors"/>.</param>
    /// <param name="message">What was wrong and where.</param>
    /// <param name="remedy">What the reader can do about it.</param>
    /// <param name="cause">The failure underneath, if there is one.</param>
    public StateException(ErrorCode code, string message, string remedy = "", Exception? cause = null)
        : base(code, message, remedy, cause)
    {
    }
}
