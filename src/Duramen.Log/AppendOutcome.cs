using Duramen.Core.Ids;

namespace Duramen.Log;

/// <summary>What became of a conditional append.</summary>
/// <param name="Appended">Whether the batches were appended.</param>
/// <param name="Result">Where they went, when they were.</param>
/// <param name="ActualEnd">
/// Where the log really ended, what is not yet durable included, when they were not; otherwise the end after them.
/// </param>
public readonly record struct AppendOutcome(bool Appended, AppendResult Result, Offset ActualEnd);
