using System.Numerics;
using Duramen.Consensus.Memberships;
using Duramen.Consensus.Paxos;

namespace Duramen.Simulation.Checking;

/// <summary>The quorums of a run of Multi-Paxos, apart from the code that is checked.</summary>
internal static class PaxosQuorums
{
    /// <summary>So many of the voters must promise.</summary>
    public static int Prepare(PaxosOptions options, Membership membership) => Prepare(options, BitOperations.PopCount(membership.Voters));

    /// <summary>So many of the voters must accept.</summary>
    public static int Accept(PaxosOptions options, Membership membership) => Accept(options, BitOperations.PopCount(membership.Voters));

    /// <summary>So many of so many voters must keep their disks that both phases are possible, and that phase 1 meets all that was accepted by a quorum.</summary>
    public static int Survivors(PaxosOptions options, int voters) => Math.Max(Prepare(options, voters), Accept(options, voters));

    private static int Prepare(PaxosOptions options, int voters) => SizesOf(options, voters)?.Prepare ?? (voters / 2) + 1;

    private static int Accept(PaxosOptions options, int voters) => SizesOf(options, voters)?.Accept ?? (voters / 2) + 1;

    private static QuorumOptions? SizesOf(PaxosOptions options, int voters) => options.Quorums.FirstOrDefault(sizes => sizes.Voters == voters);
}
