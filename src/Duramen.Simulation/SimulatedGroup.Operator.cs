using Duramen.Consensus.Contract;
using Duramen.Consensus.Memberships;
using Duramen.Simulation.Events;
using Duramen.Simulation.Nodes;

namespace Duramen.Simulation;

// Whoever looks after the group: gives nodes that refuse to start an empty disk, and makes members of replicas that came in the place of lost ones.
internal sealed partial class SimulatedGroup
{
    private const long OperatorPeriodUs = 1_500_000;

    private void LookAfterGroup()
    {
        Events.Add(NowUs + OperatorPeriodUs, new SimulatedEvent(EventKind.Operator, 0));
        foreach (SimulatedNode node in Nodes)
        {
            if (node.Status == NodeStatus.Damaged)
            {
                node.ReplaceDisk(Faults.NewDisk(node));
                RestartLater(node);
            }
        }

        if (Leader is SimulatedNode leader && !leader.Probe!.Membership.IsJoint && NextRepair(leader.Probe.Membership) is MembershipChange repair)
        {
            leader.ChangeMembership(OperatorToken, repair);
        }
    }

    // First the new replica learns, then it takes the place of the old one.
    private MembershipChange? NextRepair(Membership membership)
    {
        var voters = new List<ReplicaId>(membership.ListOf(membership.Voters));
        var learners = new List<ReplicaId>(membership.ListOf(membership.Learners));
        foreach (ReplicaId member in membership.Members)
        {
            SimulatedNode node = Nodes[member.Node.Value - 1];
            ReplicaId now = node.ReplicaId;
            if (now == member || node.Status != NodeStatus.Running)
            {
                continue;
            }

            if (learners.Remove(member))
            {
                return new MembershipChange(voters, learners);
            }

            if (learners.Remove(now))
            {
                voters[voters.IndexOf(member)] = now;
            }
            else if (!voters.Contains(now))
            {
                learners.Add(now);
            }
            else
            {
                voters.Remove(member);
            }

            return new MembershipChange(voters, learners);
        }

        return null;
    }
}
