using Duramen.Core.Ids;
using Duramen.State.Replication;

namespace Duramen.State.Keyframes;

/// <summary>What is known of a kept state without reading all of it.</summary>
/// <param name="Position">The state is that after every record below this offset.</param>
/// <param name="SizeBytes">The size of its file.</param>
/// <param name="Digest">The digest of the state, as its file states it: the same for everyone who folded the same records. Null when the file states none.</param>
public sealed record Keyframe(Offset Position, long SizeBytes, StateDigest? Digest);
