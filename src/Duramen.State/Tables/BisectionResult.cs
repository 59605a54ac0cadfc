using Duramen.Core.Ids;

namespace Duramen.State.Tables;

/// <summary>What a bisection found.</summary>
/// <param name="AsOf">The earliest moment as of which it holds: the record before it made it hold. Null when it does not hold at the end.</param>
/// <param name="HeldBefore">Whether it held as of the first moment that was looked at, so that nothing is known of when it began.</param>
/// <param name="Asked">How many values, or moments, the condition was asked about.</param>
public sealed record BisectionResult(Offset? AsOf, bool HeldBefore, int Asked);
