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

    /// <summary>A machine did two different things with one input on one state.</summary>
    public static ErrorCode Nondeterministic => new("state-nondeterministic");

    /// <summary>Two replicas of one log have different states.</summary>
    public static ErrorCode Diverged => new("state-diverged");

    /// <summary>The replica is a backup, and only the primary takes inputs.</summary>
    public static ErrorCode NotPrimary => new("state-not-primary");
}
