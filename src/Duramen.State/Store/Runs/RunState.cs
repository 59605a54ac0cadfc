using Duramen.Core.Ids;

namespace Duramen.State.Store.Runs;

/// <summary>What the manifest knows of a run.</summary>
/// <param name="Number">The number it is named for.</param>
/// <param name="Level">0 for one that was written from memory, one more than its inputs for one that was merged.</param>
/// <param name="From">The first offset that it covers.</param>
/// <param name="To">The offset after the last one that it covers.</param>
/// <param name="SizeBytes">The length of its file.</param>
internal readonly record struct RunState(long Number, int Level, Offset From, Offset To, long SizeBytes);
