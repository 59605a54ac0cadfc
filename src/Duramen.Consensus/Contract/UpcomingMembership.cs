using Duramen.Consensus.Memberships;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Contract;

/// <summary>A committed membership that is not in force yet.</summary>
/// <param name="Index">The entry that brings it.</param>
/// <param name="Membership">Who will belong to the group.</param>
public readonly record struct UpcomingMembership(EntryIndex Index, Membership Membership);
