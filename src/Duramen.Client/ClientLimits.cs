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
}
