using Duramen.Core.Ids;

namespace Duramen.Consensus.Contract;

/// <summary>
/// One member of a replication group as a state machine: a host gives it inputs, one at a time, and carries out the effects that each leaves in the outbox.
/// It owns no clock, thread, file or chance; docs/consensus.md states what host and replica owe each other.
/// </summary>
/// <remarks>
/// Inputs never throw because of what they carry: a message that is damaged, old or addressed to somebody else is dropped. A broken invariant throws, and
/// the host must then stop the node. The outbox must be empty when an input is given; its contents are good until it is cleared.
/// </remarks>
public interface IReplica
{
    /// <summary>For checkers and metrics; read-only.</summary>
    IReplicaProbe Probe { get; }

    /// <summary>One unit of the host's time passed; all timeouts are counted in ticks.</summary>
    void Tick(ReplicaOutbox outbox);

    /// <summary>A message arrived, as <see cref="ReplicaOutbox"/> of another replica held it. The replica checks its checksum, sender and address.</summary>
    void Receive(ReadOnlySpan<byte> message, ReplicaOutbox outbox);

    /// <summary>Records to append; each is either placed or rejected in the outbox, in order, and never waits.</summary>
    void Propose(ReadOnlySpan<Proposal> proposals, ReplicaOutbox outbox);

    /// <summary>
    /// Asks for a point in the log that includes everything acknowledged to anybody before this call; a state that applied up to there answers a
    /// linearizable read. Answered by <see cref="ReplicaOutbox.Reads"/> or a rejection, perhaps later.
    /// </summary>
    void Read(RequestToken token, ReplicaOutbox outbox);

    /// <summary>The write <paramref name="id"/> and all before it are synced.</summary>
    void Persisted(PersistId id, ReplicaOutbox outbox);

    /// <summary>
    /// A snapshot from another member was received whole and lies on this disk, not yet in use. If it helps, the replica asks with
    /// <see cref="PersistEffect.Snapshot"/> to switch to it; otherwise it is ignored and may be deleted.
    /// </summary>
    void SnapshotReceived(SnapshotMeta snapshot, ReplicaOutbox outbox);

    /// <summary>
    /// The host synced a snapshot of its own, or trimmed its log: entries up to <paramref name="upTo"/>, which must be committed, will not be read again.
    /// Whoever needs them will get a snapshot.
    /// </summary>
    void Trim(EntryIndex upTo, ReplicaOutbox outbox);

    /// <summary>
    /// What to keep beside a snapshot of the state as of an entry that is committed and not trimmed yet. Null while the replica does not know who decides behind that entry, since it
    /// began with nothing and has not come to an entry that brings members: then there is nothing to take a snapshot of, and an entry that does is on its way.
    /// </summary>
    SnapshotMeta? DescribeSnapshot(EntryIndex index);

    /// <summary>Changes the members; placed or rejected like a proposal, and done when an entry of kind configuration with that membership is committed.</summary>
    void ChangeMembership(RequestToken token, MembershipChange change, ReplicaOutbox outbox);

    /// <summary>Hands leadership to a voter, which takes over once it has everything, or not at all: after an election timeout the replica leads on.</summary>
    void TransferLeadership(RequestToken token, NodeId to, ReplicaOutbox outbox);
}
