using Duramen.Core.Errors;

namespace Duramen.State;

/// <summary>The codes of everything that the host of a state machine can refuse.</summary>
public static class StateErrors
{
    /// <summary>The host stopped; the first cause is the inner exception. Whether the effects of the call are in the log is not known.</summary>
    public static ErrorCode Failed => new("state-failed");

    /// <summary>Somebody else appended to the log of the machine, so that this host no longer knows the state.</summary>
    public static ErrorCode Superseded => new("state-superseded");

    /// <summary>The host was closed. A call that was waiting may have its effects in the log.</summary>
    public static ErrorCode Closed => new("state-closed");

    /// <summary>A record in the log is none that the machine understands.</summary>
    public static ErrorCode Unreadable => new("state-unreadable");
}
