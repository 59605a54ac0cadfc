namespace Duramen.Consensus.Paxos;

/// <summary>
/// Other quorums than majorities for groups of one size (Howard, Malkhi and Spiegelman, "Flexible Paxos", 2016). Every quorum of phase 1 must meet every quorum of phase 2,
/// so the two sizes together exceed the number of voters; quorums of the same phase need not meet.
/// </summary>
/// <param name="Voters">How many voters the memberships have for which this holds.</param>
/// <param name="Prepare">So many must promise before a replica leads (phase 1).</param>
/// <param name="Accept">So many must accept an entry before it is committed (phase 2).</param>
public sealed record QuorumOptions(int Voters, int Prepare, int Accept)
{
    /// <summary>Whether the sizes are possible and every two quorums of different phases meet.</summary>
    public bool AreSafe => Prepare >= 1 && Accept >= 1 && Prepare <= Voters && Accept <= Voters && Prepare + Accept > Voters;
}
