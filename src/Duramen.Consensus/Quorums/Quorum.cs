using System.Numerics;
using Duramen.Consensus.Memberships;
using Duramen.Consensus.Mutants;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Quorums;

/// <summary>
/// Majorities: more than half of the voters, and in a joint membership more than half of either set. Any two have a member in common, and so do one before and
/// one after a step of a membership change.
/// </summary>
internal static class Quorum
{
    /// <summary>Whether those who agreed are enough.</summary>
    public static bool IsReached(ulong agreed, Membership membership)
    {
        bool incoming = HasMajority(agreed, membership.Voters);
        bool outgoing = !membership.IsJoint || HasMajority(agreed, membership.Outgoing);
        Mutant.Weaken("R11", ref outgoing, true);
        return incoming && outgoing;
    }

    /// <summary>Whether those who refused are so many that the others can never be enough.</summary>
    public static bool IsLost(ulong refused, Membership membership) => !IsReached(membership.AllVoters & ~refused, membership);

    /// <summary>The highest index that a quorum has reached; <paramref name="reached"/> holds each member's, in order.</summary>
    public static EntryIndex Reached(ReadOnlySpan<EntryIndex> reached, Membership membership)
    {
        // The answer is what one of the voters has. Groups are small; trying each of them is faster than sorting both halves.
        EntryIndex best = EntryIndex.Zero;
        for (ulong left = membership.AllVoters; left != 0; left &= left - 1)
        {
            EntryIndex candidate = reached[BitOperations.TrailingZeroCount(left)];
            if (candidate > best && IsReached(Having(candidate, reached, membership.AllVoters), membership))
            {
                best = candidate;
            }
        }

        return best;
    }

    private static ulong Having(EntryIndex index, ReadOnlySpan<EntryIndex> reached, ulong among)
    {
        ulong having = 0;
        for (ulong left = among; left != 0; left &= left - 1)
        {
            int slot = BitOperations.TrailingZeroCount(left);
            having |= reached[slot] >= index ? 1UL << slot : 0;
        }

        return having;
    }

    private static bool HasMajority(ulong agreed, ulong voters)
    {
        int votes = BitOperations.PopCount(agreed & voters);
        int all = BitOperations.PopCount(voters);
        bool isMajority = 2 * votes > all;
        Mutant.Weaken("R09", ref isMajority, 2 * votes >= all);
        return isMajority;
    }
}
