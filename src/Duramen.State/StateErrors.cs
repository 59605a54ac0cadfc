using Duramen.Core.Errors;

namespace Duramen.State;

/// <summary>The codes of everything that state on a log can refuse: hosts of machines, and audits.</summary>
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

    /// <summary>What a log was replayed through failed at a record; the message names the record and the place in the code.</summary>
    public static ErrorCode ReplayFailed => new("replay-failed");

    /// <summary>Two replicas of one log have different states.</summary>
    public static ErrorCode Diverged => new("state-diverged");

    /// <summary>The state that a replica was given is none of its log's: the log begins behind it, or ends before it.</summary>
    public static ErrorCode Misplaced => new("state-misplaced");

    /// <summary>The replica is a backup, and only the primary takes inputs.</summary>
    public static ErrorCode NotPrimary => new("state-not-primary");

    /// <summary>History that is to be sealed or proved was trimmed before any trail had it.</summary>
    public static ErrorCode AuditTrimmed => new("audit-trimmed");

    /// <summary>A log does not hold the bytes that its trail has the hash of.</summary>
    public static ErrorCode AuditMismatch => new("audit-mismatch");

    /// <summary>The files of a kept trail are not what was written, and the log has no longer all that they could be made from again.</summary>
    public static ErrorCode AuditDamaged => new("audit-damaged");

    /// <summary>A kept trail is of another log, begins elsewhere, or is in use.</summary>
    public static ErrorCode AuditForeign => new("audit-foreign");

    /// <summary>An offset is not one that can be sealed or proved: beyond the end, inside a batch, or of no record.</summary>
    public static ErrorCode AuditOutOfRange => new("audit-out-of-range");

    /// <summary>What was given as a seal or a proof is none.</summary>
    public static ErrorCode AuditMalformed => new("audit-malformed");
}
