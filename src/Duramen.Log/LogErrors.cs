using Duramen.Core.Errors;

namespace Duramen.Log;

/// <summary>The codes of everything a log, or a store of logs, can refuse.</summary>
public static class LogErrors
{
    /// <summary>A conditional append found the log at another end than expected.</summary>
    public static ErrorCode Conflict => new("log-conflict");

    /// <summary>A checked append would leave a gap in the sequence of its producer.</summary>
    public static ErrorCode SequenceGap => new("log-sequence-gap");

    /// <summary>A checked append comes from a producer that was replaced by one with a newer epoch.</summary>
    public static ErrorCode ProducerFenced => new("log-producer-fenced");

    /// <summary>The bytes to append are not whole, valid record batches.</summary>
    public static ErrorCode InvalidBatch => new("log-invalid-batch");

    /// <summary>The offset is below the start of the log or above its committed end.</summary>
    public static ErrorCode OffsetOutOfRange => new("log-offset-out-of-range");

    /// <summary>Stored bytes are not those that were written.</summary>
    public static ErrorCode Corrupt => new("log-corrupt");

    /// <summary>There is no room for the append now; reads go on, and appends work again when there is room.</summary>
    public static ErrorCode Full => new("log-full");

    /// <summary>The log met a failure that it cannot survive in this process; the first cause is the inner exception.</summary>
    public static ErrorCode Failed => new("log-failed");

    /// <summary>The log was closed or deleted.</summary>
    public static ErrorCode Closed => new("log-closed");

    /// <summary>A log with this name exists already.</summary>
    public static ErrorCode Exists => new("log-exists");

    /// <summary>There is no log with this name or id.</summary>
    public static ErrorCode NotFound => new("log-not-found");

    /// <summary>This kind of log cannot do what was asked, whatever its state; nothing happened.</summary>
    public static ErrorCode NotSupported => new("log-not-supported");

    /// <summary>What the log is kept on could not be asked, or did not answer in time; whether an append is in the log is not known.</summary>
    public static ErrorCode Unavailable => new("log-unavailable");

    /// <summary>A name or option is outside what a log can have.</summary>
    public static ErrorCode InvalidOption => new("log-invalid-option");
}
