using Duramen.Core.Ids;

namespace Duramen.Log;

/// <summary>What one append asks for beyond its batches.</summary>
/// <param name="ExpectedEnd">When given, the append happens only if the log ends at exactly this offset.</param>
/// <param name="Epoch">The leader epoch to stamp on the batches; none by default.</param>
public readonly record struct AppendOptions(Offset? ExpectedEnd = null, LeaderEpoch? Epoch = null);
