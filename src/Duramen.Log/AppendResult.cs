using Duramen.Core.Ids;

namespace Duramen.Log;

/// <summary>Where an append went.</summary>
/// <param name="BaseOffset">The offset of its first record.</param>
/// <param name="NextOffset">The offset after its last record.</param>
/// <param name="IsDuplicate">Whether the same batches of the same producer went there before, and nothing was appended now.</param>
public readonly record struct AppendResult(Offset BaseOffset, Offset NextOffset, bool IsDuplicate = false);
