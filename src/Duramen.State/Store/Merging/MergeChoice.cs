namespace Duramen.State.Store.Merging;

/// <summary>Runs that are to become one.</summary>
/// <param name="Start">The first of them, counted from the oldest of all.</param>
/// <param name="Count">How many.</param>
/// <param name="Level">The level of the new run.</param>
internal readonly record struct MergeChoice(int Start, int Count, int Level);
