namespace Duramen.Records.Batches;

/// <summary>What became of a batch that was rewritten.</summary>
public enum RewriteOutcome
{
    /// <summary>Every record stays and nothing else changes: the batch can be copied as it is.</summary>
    Unchanged = 0,

    /// <summary>There is a new batch with the records that stay.</summary>
    Rewritten,

    /// <summary>
    /// No record stays. There is a new batch without records that keeps the offsets and the producer's sequence; whether it is worth keeping
    /// is the log's to say, and consumers must not be served a response of such batches only.
    /// </summary>
    Emptied,

    /// <summary>The batch could not be read; the fault says why.</summary>
    Faulty,
}
