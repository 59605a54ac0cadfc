using Duramen.Core.Ids;

namespace Duramen.Log;

/// <summary>What became of an append that may be refused.</summary>
/// <param name="Status">What it came to.</param>
/// <param name="Result">Where the batches are, when they are in the log: appended now or before.</param>
/// <param name="ActualEnd">The end of the log at that moment, what was appended and is not yet durable included.</param>
/// <param name="Producer">How far the log has the producer, when that is why it was refused.</param>
public readonly record struct AppendOutcome(AppendStatus Status, AppendResult Result, Offset ActualEnd, ProducerPosition Producer = default)
{
    /// <summary>Whether the batches were appended now.</summary>
    public bool Appended => Status == AppendStatus.Appended;

    /// <summary>Whether the batches are in the log, durable, at <see cref="Result"/>: appended now or before.</summary>
    public bool IsStored => Status is AppendStatus.Appended or AppendStatus.Duplicate;
}
