using Duramen.Consensus.Contract;
using Duramen.Consensus.Memberships;
using Duramen.Consensus.Messages;
using Duramen.Core.Binary;
using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.Core.Random;

namespace Duramen.Consensus.Replicas;

/// <summary>
/// What a replica is in every protocol: what it keeps, the way of a step, and what it says at the end of one. A protocol adds what happens within a step.
/// </summary>
/// <remarks>The fields are those of one replica, whose parts stand in this class, in those between, and in the protocol's own.</remarks>
internal abstract partial class Replica : IReplica, IReplicaProbe
{
    private protected readonly ReplicaId _self;
    private protected readonly Prng _chance;
    private protected readonly MembershipHistory _memberships;

    // The outbox of the step under way; replicas are stepped from outside, one input at a time.
    private protected ReplicaOutbox _outbox = null!;
    private protected PersistId _writing;

    private protected HardState _hard;
    private protected ReplicaRole _role;
    private protected ReplicaId _leader;
    private protected EntryIndex _committed;
    private protected SnapshotMeta _snapshot;
    private protected PersistId _installing;

    private readonly MessageProtocol _protocol;
    private EntryIndex _saidCommitted;
    private (ReplicaRole Role, Epoch Epoch, ReplicaId Leader) _said;

    private protected Replica(MessageProtocol protocol, ReplicaStart start, MembershipHistory memberships)
    {
        _protocol = protocol;
        _self = start.Self;
        _chance = start.Chance;
        _hard = start.HardState;
        _snapshot = start.Snapshot;
        _saidCommitted = start.Snapshot.Index;
        _committed = start.Snapshot.Index;
        _memberships = memberships;
    }

    public IReplicaProbe Probe => this;

    ReplicaRole IReplicaProbe.Role => _role;

    ReplicaId IReplicaProbe.Leader => _leader;

    HardState IReplicaProbe.HardState => _hard;

    EntryIndex IReplicaProbe.Committed => _committed;

    SnapshotMeta IReplicaProbe.Snapshot => _snapshot;

    public abstract EntryIndex Synced { get; }

    public abstract EntryIndex First { get; }

    public abstract EntryIndex Last { get; }

    public abstract long CachedBytes { get; }

    public abstract Membership Membership { get; }

    public abstract Membership UpcomingMembership { get; }

    private protected abstract PersistId LastIssued { get; }

    private protected abstract PersistId LastSynced { get; }

    // What depends on anything this replica has in memory waits for the newest write.
    private protected PersistId Barrier => _writing != PersistId.None ? _writing : LastIssued;

    // Between the request to switch to a snapshot and its sync nothing is said to be committed: the host's state is still the old one.
    private protected bool IsInstalling => _installing != PersistId.None;

    public abstract bool TryReadEntry(EntryIndex index, out EntryView entry);

    public SnapshotMeta? DescribeSnapshot(EntryIndex index) => Describe(index) is { Membership.Count: > 0 } described ? described : null;

    public void Tick(ReplicaOutbox outbox)
    {
        Begin(outbox);
        Tick();
        End();
    }

    public void Receive(ReadOnlySpan<byte> message, ReplicaOutbox outbox)
    {
        Begin(outbox);
        if (MessageEnvelope.TryOpen(message, out MessageEnvelope envelope, out SpanReader body) && envelope.Protocol == _protocol
            && envelope.To == _self && envelope.From != _self && envelope.From.Node.IsSome)
        {
            Receive(envelope, body);
        }

        End();
    }

    public void Persisted(PersistId id, ReplicaOutbox outbox)
    {
        Begin(outbox);
        Persisted(id);
        End();
    }

    public void Read(RequestToken token, ReplicaOutbox outbox)
    {
        Begin(outbox);
        Read(token);
        End();
    }

    public void SnapshotReceived(SnapshotMeta snapshot, ReplicaOutbox outbox)
    {
        Begin(outbox);
        SnapshotReceived(snapshot);
        End();
    }

    public void Trim(EntryIndex upTo, ReplicaOutbox outbox)
    {
        Begin(outbox);
        if (upTo >= First)
        {
            _snapshot = Describe(upTo);
            Trim(upTo);
        }

        End();
    }

    private protected abstract void Tick();

    private protected abstract void Receive(in MessageEnvelope envelope, SpanReader body);

    private protected abstract void Persisted(PersistId id);

    private protected abstract void Read(RequestToken token);

    private protected abstract void SnapshotReceived(SnapshotMeta snapshot);

    private protected abstract SnapshotMeta Describe(EntryIndex index);

    private protected abstract void Trim(EntryIndex upTo);

    // The write of this step is complete.
    private protected abstract void Issue(PersistId write);

    private protected void Write()
    {
        _writing = new PersistId(LastIssued.Value + 1);
        _outbox.BeginPersist(_writing);
    }

    private protected void BeginInstalling(SnapshotMeta snapshot)
    {
        Write();
        _installing = _writing;
        _outbox.PersistSnapshot(snapshot);
        _snapshot = snapshot;
        _committed = snapshot.Index;
    }

    // True when the host switched just now.
    private protected bool FinishInstalling()
    {
        bool isFinished = IsInstalling && LastSynced >= _installing;
        _installing = isFinished ? PersistId.None : _installing;
        return isFinished;
    }

    private protected SpanWriter BeginMessage(byte type, Epoch epoch, ReplicaId to, PersistId after, int bodyBytes, out Span<byte> message)
    {
        message = _outbox.AddMessage(to, after, MessageEnvelope.SizeBytes + bodyBytes);
        return new MessageEnvelope(_protocol, type, _self, to, epoch).Begin(message);
    }

    // What a replica starts with is not news.
    private protected void Started() => _said = (_role, _hard.Current, _leader);

    // What is in the log was read by TryRead before it got there.
    private protected static Membership Decode(ReadOnlySpan<byte> payload)
    {
        bool isValid = Membership.TryRead(payload, out Membership membership);
        Invariant.Holds(isValid);
        return membership;
    }

    private void Begin(ReplicaOutbox outbox)
    {
        Invariant.Holds(outbox.IsEmpty);
        _outbox = outbox;
        _writing = PersistId.None;
    }

    private void End()
    {
        if (_writing != PersistId.None)
        {
            Issue(_writing);
        }

        if (_committed > _saidCommitted && !IsInstalling)
        {
            _saidCommitted = _committed;
            _outbox.Commit(_committed);
        }

        if (_said != (_role, _hard.Current, _leader))
        {
            _said = (_role, _hard.Current, _leader);
            _outbox.ChangeRole(_role, _hard.Current, _leader);
        }
    }
}
