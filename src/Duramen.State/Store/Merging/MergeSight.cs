using Duramen.Core.Ids;

namespace Duramen.State.Store.Merging;

/// <summary>What of the runs that are merged can still be seen.</summary>
/// <param name="IsOldest">Whether no run is older than these, so that a removal below the horizon removes nothing and need not be kept.</param>
/// <param name="Horizon">Of what was put before it, only the last version of each key is seen.</param>
/// <param name="Forgotten">At or before the horizon: of what was put before it nothing is seen.</param>
internal readonly record struct MergeSight(bool IsOldest, Offset Horizon, Offset Forgotten);
