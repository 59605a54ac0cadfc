using Duramen.Core.Ids;

namespace Duramen.Simulation.Nodes;

/// <summary>A request that a node took and has not answered: a proposal that waits for its index to be committed, or a read for it to be applied.</summary>
internal readonly record struct PendingRequest(long Token, EntryIndex Index, Epoch Epoch);
