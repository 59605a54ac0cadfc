using Duramen.Core.Ids;

namespace Duramen.Log;

/// <summary>
/// How far a log reaches, read at one moment. Always <c>Start &lt;= Committed &lt;= Durable &lt;= End</c>, and none but
/// <see cref="End"/> and <see cref="Durable"/> ever goes back (by truncation, never below <see cref="Committed"/>).
/// All but <see cref="Start"/> stand between batches.
/// <code>
///   Start             Committed        Durable           End
///     |-- readers see ----|-- not yet ----|-- being synced --|
/// </code>
/// </summary>
/// <param name="Start">The first offset that can be read; everything before it was trimmed.</param>
/// <param name="Committed">The offset after the last record that readers may see.</param>
/// <param name="Durable">The offset after the last record that is on synced storage.</param>
/// <param name="End">The offset that the next append gets.</param>
public readonly record struct LogWatermarks(Offset Start, Offset Committed, Offset Durable, Offset End);
