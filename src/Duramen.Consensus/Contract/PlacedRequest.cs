using Duramen.Core.Ids;

namespace Duramen.Consensus.Contract;

/// <summary>
/// A proposal or change that got its place. It succeeded when the entry committed at <paramref name="Index"/> has this epoch, and failed for good when that
/// entry has another; until then nothing can be said.
/// </summary>
public readonly record struct PlacedRequest(RequestToken Token, EntryIndex Index, Epoch Epoch);
