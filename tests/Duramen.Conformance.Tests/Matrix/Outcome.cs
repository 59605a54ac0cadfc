namespace Duramen.Conformance.Tests.Matrix;

/// <summary>What came of one client and one feature.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Failure">Why it did not work; null when it did or was not tried.</param>
internal sealed record Outcome(OutcomeKind Kind, Exception? Failure = null);
