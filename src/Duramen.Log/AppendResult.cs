using Duramen.Core.Ids;

namespace Duramen.Log;

/// <summary>Where an append went.</summary>
/// <param name="BaseOffset">The offset of its first record.</param>
/// <param name="NextOffset">The offset after its last record.</param>
public readonly record struct AppendResult(Offset BaseOffset, Offset NextOffset);
