namespace Duramen.Core.Errors;

/// <summary>
/// A failure that Duramen expects and explains: what went wrong, where, and what to do about it, under a code that does not change.
/// </summary>
public class DuramenException : Exception
{
    /// <summary>Makes an error whose message names cause, place and remedy.</summary>
    /// <param name="code">The stable name of this kind of failure.</param>
    /// <param name="message">What was wrong and where: the file, the offset, the field.</param>
    /// <param name="remedy">What the reader can do about it; empty where nothing can be said in general.</param>
    /// <param name="cause">The failure underneath, if there is one.</param>
    public DuramenException(ErrorCode code, string message, string remedy = "", Exception? cause = null)
        : base(remedy.Length == 0 ? message : $"{message} {remedy}", cause)
    {
        Code = code;
        Remedy = remedy;
    }

    /// <summary>The stable name of this kind of failure.</summary>
    public ErrorCode Code { get; }

    /// <summary>What the reader can do about it; also the end of the message.</summary>
    public string Remedy { get; }
}
