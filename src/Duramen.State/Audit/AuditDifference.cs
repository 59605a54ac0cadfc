using Duramen.Core.Ids;

namespace Duramen.State.Audit;

/// <summary>Where a history differs first.</summary>
/// <param name="From">The first offset that may differ.</param>
/// <param name="To">The offset before which the first batch that differs begins; what comes after it may differ too.</param>
/// <param name="IsExact">Whether the batch is known: it has the offsets from <paramref name="From"/> to <paramref name="To"/>.</param>
/// <param name="Message">What differs, in a sentence.</param>
public sealed record AuditDifference(Offset From, Offset To, bool IsExact, string Message);
