namespace Duramen.State.Machines;

/// <summary>
/// What follows from one command or tick: records for the log, appended together or not at all, and replies, given once those records and
/// everything before them are committed. One owner, one thread.
/// </summary>
/// <param name="nowMs">
/// The time of the decision, in milliseconds since 1970. It never goes back while a host lives.
/// </param>
public sealed class Decision(long nowMs)
{
    private readonly List<DecidedRecord> _records = [];
    private readonly List<ReplySlot> _replies = [];

    /// <summary>The time of the decision, in milliseconds since 1970; also the timestamp of its records.</summary>
    public long NowMs { get; } = nowMs;

    /// <summary>The records, in order.</summary>
    public IReadOnlyList<DecidedRecord> Records => _records;

    /// <summary>The calls that are answered, in order; this command's own, earlier ones that were parked, or none.</summary>
    public IReadOnlyList<ReplySlot> Replies => _replies;

    /// <summary>Appends a record.</summary>
    /// <param name="key">What it is about.</param>
    /// <param name="value">What there is to know; null when the key is no more.</param>
    public void Append(byte[] key, byte[]? value)
    {
        ArgumentNullException.ThrowIfNull(key);
        _records.Add(new DecidedRecord(key, value));
    }

    /// <summary>Answers a call; each is answered once.</summary>
    public void Reply<TReply>(ReplySlot<TReply> caller, TReply reply)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Decide(reply);
        _replies.Add(caller);
    }
}
