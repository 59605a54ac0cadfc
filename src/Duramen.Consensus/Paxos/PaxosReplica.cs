using Duramen.Consensus.Contract;
using Duramen.Consensus.Memberships;
using Duramen.Consensus.Messages;
using Duramen.Consensus.Paxos.Messages;
using Duramen.Consensus.Paxos.Slots;
using Duramen.Core.Binary;
using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.Core.Random;

namespace Duramen.Consensus.Paxos;

/// <summary>
/// One replica of Multi-Paxos: acceptor, learner and proposer in one. This part holds its state, the way of a step, and what every step may do: promise, store an entry, commit. The other
/// parts are about the acceptor, phase 1, the leader, catching up, memberships and snapshots.
/// </summary>
internal sealed partial class PaxosReplica : IReplica, IReplicaProbe
{
    private readonly PaxosOptions _options;
    private readonly ReplicaId _self;
    private readonly Prng _chance;
    private readonly SlotLog _log;
    private readonly MembershipHistory _memberships;

    // The outbox of the step under way; replicas are stepped from outside, one input at a time.
    private ReplicaOutbox _outbox = null!;
    private PersistId _writing;
    private PersistId _lastIssued;
    private PersistId _lastSynced;

    private HardState _hard;
    private ReplicaRole _role;
    private ReplicaId _leader;
    private EntryIndex _committed;
    private EntryIndex _saidCommitted;
    private EntryIndex _synced;
    private (ReplicaRole Role, Epoch Ballot, ReplicaId Leader) _said;

    public PaxosReplica(ReplicaStart start, PaxosOptions options)
    {
        _options = options;
        _self = start.Self;
        _chance = start.Chance;
        _hard = start.HardState;
        _snapshot = start.Snapshot;
        _saidCommitted = start.Snapshot.Index;
        _committed = EntryIndex.Max(_saidCommitted, start.HardState.Committed);
        _acceptedThrough = _committed;
        _synced = _committed;
        _log = new SlotLog(start.Snapshot.Index, start.Entries);
        _memberships = new MembershipHistory(EntryIndex.Zero, Membership.Nobody);
        TakeMemberships(start.Snapshot);
        TakeMembershipsOfLog();
        AdvanceSynced();
        _said = (_role, Promised, _leader);
        RestartTimer();
    }

    public IReplicaProbe Probe => this;

    ReplicaRole IReplicaProbe.Role => _role;

    ReplicaId IReplicaProbe.Leader => _leader;

    HardState IReplicaProbe.HardState => _hard;

    EntryIndex IReplicaProbe.Committed => _committed;

    EntryIndex IReplicaProbe.Synced => _synced;

    EntryIndex IReplicaProbe.First => _log.First;

    EntryIndex IReplicaProbe.Last => _log.Last;

    Membership IReplicaProbe.Membership => Current.Membership;

    Membership IReplicaProbe.UpcomingMembership => UpcomingMembership;

    SnapshotMeta IReplicaProbe.Snapshot => _snapshot;

    // The highest ballot that it takes part in; while it leads or tries to, its own.
    private Epoch Promised => _hard.Current;

    // What depends on anything this replica has in memory waits for the newest write.
    private PersistId Barrier => _writing != PersistId.None ? _writing : _lastIssued;

    bool IReplicaProbe.TryReadEntry(EntryIndex index, out EntryView entry)
    {
        bool isHere = _log.Has(index);
        entry = isHere ? _log.Read(index) : default;
        return isHere;
    }

    public void Tick(ReplicaOutbox outbox)
    {
        Begin(outbox);
        TickCatchUp();
        if (_role == ReplicaRole.Leader)
        {
            TickLeader();
        }
        else
        {
            TickProposer();
        }

        End();
    }

    public void Receive(ReadOnlySpan<byte> message, ReplicaOutbox outbox)
    {
        Begin(outbox);
        if (MessageEnvelope.TryOpen(message, out MessageEnvelope envelope, out SpanReader body) && envelope.Protocol == MessageProtocol.Paxos
            && envelope.To == _self && envelope.From.Node.IsSome)
        {
            Dispatch(envelope, body);
        }

        End();
    }

    public void Persisted(PersistId id, ReplicaOutbox outbox)
    {
        Begin(outbox);
        Invariant.Holds(id <= _lastIssued);
        _lastSynced = id;
        AdvanceSynced();
        FinishInstalling();
        GoOn();
        _log.Shrink(EntryIndex.Min(_committed, _synced), _options.CacheBytes);
        End();
    }

    private void Dispatch(in MessageEnvelope envelope, SpanReader body)
    {
        ReplicaId from = envelope.From;
        Epoch ballot = envelope.Epoch;
        switch ((PaxosMessage)envelope.Type)
        {
            case PaxosMessage.Canvass when Canvass.TryRead(body, out Canvass question):
                ReceiveCanvass(from, question);
                break;
            case PaxosMessage.CanvassAnswer when CanvassAnswer.TryRead(body, out CanvassAnswer answer):
                ReceiveCanvassAnswer(from, ballot, answer);
                break;
            case PaxosMessage.Prepare when Prepare.TryRead(body, out Prepare request) && ballot.Node == from.Node:
                ReceivePrepare(from, ballot, request);
                break;
            case PaxosMessage.Promise when Promise.TryRead(body, out Promise promise):
                ReceivePromise(from, ballot, promise);
                break;
            case PaxosMessage.Accept when Accept.TryRead(body, ballot, out Accept request) && ballot.Node == from.Node:
                ReceiveAccept(from, ballot, request);
                break;
            case PaxosMessage.Accepted when Accepted.TryRead(body, out Accepted response):
                ReceiveAccepted(from, ballot, response);
                break;
            case PaxosMessage.Refusal when body.IsAtEnd:
                ReceiveRefusal(ballot);
                break;
            case PaxosMessage.GetChosen when GetChosen.TryRead(body, out GetChosen request):
                ReceiveGetChosen(from, request);
                break;
            case PaxosMessage.Chosen when Chosen.TryRead(body, out Chosen answer):
                ReceiveChosen(from, answer);
                break;
            case PaxosMessage.News when News.TryRead(body, out News news):
                ReceiveNews(from, news);
                break;
            case PaxosMessage.TakeOver when body.IsAtEnd:
                ReceiveTakeOver(from, ballot);
                break;
            default:
                break;
        }
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
            if (_committed > _hard.Committed)
            {
                _hard = _hard with { Committed = _committed };
                _outbox.PersistHardState(_hard);
            }

            _lastIssued = _writing;
        }

        if (_committed > _saidCommitted && !IsInstalling)
        {
            _saidCommitted = _committed;
            _outbox.Commit(_committed);
        }

        if (_said != (_role, Promised, _leader))
        {
            _said = (_role, Promised, _leader);
            _outbox.ChangeRole(_role, Promised, _leader);
        }
    }

    private void Write()
    {
        _writing = new PersistId(_lastIssued.Value + 1);
        _outbox.BeginPersist(_writing);
    }

    private void SetPromised(Epoch ballot)
    {
        Invariant.Holds(ballot > Promised);
        _hard = _hard with { Current = ballot };
        _acceptedThrough = _committed;
        Write();
        _outbox.PersistHardState(_hard);
    }

    private void Store(in EntryHeader header, ReadOnlySpan<byte> payload)
    {
        Write();
        _outbox.PersistEntry(new EntryView(header, payload));
        _openChanges.Remove(header.Index);
        if (header.Kind == EntryKind.Configuration)
        {
            _openChanges.Add(header.Index);
        }

        _log.Put(header, payload, _writing);
        _synced = EntryIndex.Min(_synced, header.Index.Previous);
    }

    // Whatever is written, the commit is written with it. A slot at a time: with an entry that changes the members it is known who decides about a later one.
    private void CommitNext()
    {
        EntryIndex index = _committed.Next;
        Invariant.Holds(_log.Has(index));
        Close(index);
        _committed = index;
        _acceptedThrough = EntryIndex.Max(_acceptedThrough, index);
        bool brings = _log.HeaderAt(index).Kind == EntryKind.Configuration;
        if (brings)
        {
            _openChanges.Remove(index);
            _memberships.Append(index, Decode(_log.Read(index).Payload));
        }

        if (brings || (_panels.Count > 1 && _panels[1].From == index.Next))
        {
            Membership before = Current.Membership;
            SeatPanels();
            if (Current.Membership != before)
            {
                // Those before must not be needed again after a restart.
                Write();
            }
        }
    }

    // Everything up to here is there and synced; a slot that is filled again takes it back until that is.
    private void AdvanceSynced()
    {
        while (_log.Has(_synced.Next) && _log.WriteOf(_synced.Next) <= _lastSynced)
        {
            _synced = _synced.Next;
        }
    }

    private SpanWriter BeginMessage(PaxosMessage type, Epoch ballot, ReplicaId to, PersistId after, int bodyBytes, out Span<byte> message)
    {
        message = _outbox.AddMessage(to, after, MessageEnvelope.SizeBytes + bodyBytes);
        return new MessageEnvelope(MessageProtocol.Paxos, (byte)type, _self, to, ballot).Begin(message);
    }

    // What is in the log was looked at before it got there.
    private static Membership Decode(ReadOnlySpan<byte> payload)
    {
        bool isValid = Membership.TryRead(payload, out Membership membership);
        Invariant.Holds(isValid);
        return membership;
    }
}
