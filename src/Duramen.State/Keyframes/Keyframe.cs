using Duramen.Core.Ids;

namespace Duramen.State.Keyframes;

/// <summary>What is known of a kept state without reading all of it.</summary>
/// <param name="Position">The state is that after every record below this offset.</param>
/// <param name="SizeBytes">The size of its file.</param>
public sealed record Keyframe(Offset Position, long SizeBytes);
