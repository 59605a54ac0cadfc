using Duramen.Consensus.Contract;
using Duramen.Consensus.Memberships;
using Duramen.Core.Ids;
using Duramen.Simulation.Nodes;

namespace Duramen.Simulation.Checking;

/// <summary>What one protocol promises beyond what all of them do. Each method throws a <see cref="ViolationException"/> when that does not hold.</summary>
internal interface IProtocolChecks
{
    /// <summary>A replica took an input and left these effects, none of which is carried out yet.</summary>
    void Stepped(SimulatedNode node, ReplicaOutbox outbox);

    /// <summary>A message leaves a node.</summary>
    void Sends(SimulatedNode node, ReadOnlySpan<byte> message);

    /// <summary>A replica took a message and left these effects.</summary>
    void Received(SimulatedNode node, ReadOnlySpan<byte> message, ReplicaOutbox outbox);

    /// <summary>More of a replica's disk is synced; <see cref="DurableImage.Added"/> says what.</summary>
    void Synced(ReplicaId replica, DurableImage durable)
    {
    }

    /// <summary>Whether an entry is synced on so many that it is never lost; null when that is a majority of the members in force as of the entry.</summary>
    bool? IsDurable(EntryIndex index, Epoch epoch) => null;

    /// <summary>Whether a snapshot holds the members who decide behind it: those as of its last entry, where nothing else is said.</summary>
    bool HasMembers(SnapshotMeta snapshot, Ledger ledger) => snapshot.Membership.Equals(ledger.MembershipAt(snapshot.Index));

    /// <summary>Whether the members that fulfil a condition are enough to know that nobody else leads: a majority, where nothing else is said.</summary>
    bool IsQuorum<T>(Membership membership, T argument, Func<ReplicaId, T, bool> condition) => Majority.Of(membership, argument, condition);
}
