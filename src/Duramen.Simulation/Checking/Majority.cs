using Duramen.Consensus.Contract;
using Duramen.Consensus.Memberships;

namespace Duramen.Simulation.Checking;

/// <summary>Majorities, counted the plain way and apart from the code that is checked.</summary>
internal static class Majority
{
    /// <summary>Whether more than half of the voters, and in a joint membership of the outgoing ones too, fulfil a condition.</summary>
    public static bool Of<T>(Membership membership, T argument, Func<ReplicaId, T, bool> condition) =>
        Has(membership, membership.Voters, argument, condition) && (!membership.IsJoint || Has(membership, membership.Outgoing, argument, condition));

    private static bool Has<T>(Membership membership, ulong voters, T argument, Func<ReplicaId, T, bool> condition)
    {
        int all = 0;
        int fulfilling = 0;
        for (int slot = 0; slot < membership.Count; slot++)
        {
            if ((voters >> slot & 1) != 0)
            {
                all++;
                fulfilling += condition(membership.Members[slot], argument) ? 1 : 0;
            }
        }

        return fulfilling > all / 2;
    }
}
