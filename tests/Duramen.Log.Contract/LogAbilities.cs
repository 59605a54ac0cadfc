namespace Duramen.Log.Contract;

/// <summary>
/// What the contract lets a kind of log be unable to do. Every kind says which of them it has; the suite shows of each that it is there, or that asking
/// for it is refused and changes nothing.
/// </summary>
[Flags]
public enum LogAbilities
{
    None = 0,

    /// <summary>An append on the condition that the log ends at an offset.</summary>
    ConditionalAppends = 1,

    /// <summary>Several batches in one append, all or none of them.</summary>
    SeveralBatches = 2,

    /// <summary>A leader epoch that the append chooses.</summary>
    ChosenEpochs = 4,

    /// <summary>Batches of producers whose sequence numbers are not checked.</summary>
    UncheckedProducers = 8,

    /// <summary>Saying how far the log has a producer whose append it refuses.</summary>
    ProducerPositions = 16,

    /// <summary>Batches with records that nobody looks at: of any time, and even such that cannot be decoded.</summary>
    UncheckedRecords = 32,

    All = ConditionalAppends | SeveralBatches | ChosenEpochs | UncheckedProducers | ProducerPositions | UncheckedRecords,
}
