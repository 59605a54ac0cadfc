using Duramen.Consensus.Contract;
using Duramen.Consensus.Memberships;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Tests;

/// <summary>Short names for replicas and memberships.</summary>
internal static class Group
{
    public static ReplicaId Replica(int node, ulong disk = 0) => new(new NodeId(node), disk == 0 ? 0x1000UL + (ulong)node : disk);

    public static ReplicaId[] Replicas(params ReadOnlySpan<int> nodes)
    {
        var replicas = new ReplicaId[nodes.Length];
        for (int i = 0; i < nodes.Length; i++)
        {
            replicas[i] = Replica(nodes[i]);
        }

        return replicas;
    }

    public static Membership Of(params ReadOnlySpan<int> voters) => Membership.Of(Replicas(voters));
}
