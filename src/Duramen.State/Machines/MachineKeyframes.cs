using Duramen.State.Keyframes;

namespace Duramen.State.Machines;

/// <summary>Where a host keeps the state of its machine, and how often.</summary>
/// <param name="Folder">
/// The folder; its policy says which keyframes stay, and its notice is told which are not used and why. The machine's version is the folder's: another version of the machine begins with a replay.
/// </param>
/// <param name="IntervalRecords">
/// After how many records a keyframe is kept. One is kept at a time; while it is written no other is begun. A host that opens folds so many records at most, and those that came while the last keyframe was written.
/// </param>
public sealed record MachineKeyframes(KeyframeFolder Folder, long IntervalRecords = 100_000);
