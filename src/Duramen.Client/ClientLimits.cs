namespace Duramen.Client;

/// <summary>Numbers that are fixed, and why.</summary>
internal static class ClientLimits
{
    /// <summary>The largest response that is read, in bytes. A fetch asks for less than half of it, so that one batch beyond what was asked fits.</summary>
    public const int MaxResponseSizeBytes = 128 << 20;

    /// <summary>What is read from a socket at once, in bytes: many small answers, or the head of a large one.</summary>
    public const int ReadBufferSizeBytes = 16 << 10;

    /// <summary>The most batches of one partition that are under way at once. Brokers recognise the last five of a producer that come again.</summary>
    public const int MaxBatchesInFlight = 5;

    /// <summary>The most records in one batch; a record's place in its batch is the token its producer waits with, which has 16 bits.</summary>
    public const int MaxRecordsPerBatch = short.MaxValue;

    /// <summary>The builders of batches that are kept for use again.</summary>
    public const int MaxKeptBuilders = 64;

    /// <summary>The most bytes that are asked for in one read of a remote log: a quarter of the largest response, so that a large batch beyond them fits.</summary>
    public const int MaxReadSizeBytes = 32 << 20;

    /// <summary>
    /// How long a broker keeps the question whether a remote log has grown, in milliseconds. Long, because an answer comes at once when it has; short enough that
    /// a follower who gave up is not waited for much longer.
    /// </summary>
    public const int TailWaitMs = 5_000;
}
