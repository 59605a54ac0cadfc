using Duramen.Consensus.Contract;
using Duramen.Consensus.Memberships;
using Duramen.Consensus.Messages;
using Duramen.Consensus.Paxos.Messages;
using Duramen.Consensus.Paxos.Slots;
using Duramen.Consensus.Replicas;
using Duramen.Core.Binary;
using Duramen.Core.Errors;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Paxos;

/// <summary>
/// One replica of Multi-Paxos: acceptor, learner and proposer in one. This part holds what every step may do: take a message, promise, store an entry, commit. The other parts are about
/// the acceptor, phase 1, the leader, catching up, memberships and snapshots; what Multi-Paxos has in common with other protocols is in <see cref="Replica"/>.
/// </summary>
internal sealed partial class PaxosReplica : Replica
{
    private readonly PaxosOptions _options;
    private readonly SlotLog _log;
    private PersistId _lastIssued;
    private PersistId _lastSynced;
    private EntryIndex _synced;

    public PaxosReplica(ReplicaStart start, PaxosOptions options)
        : base(MessageProtocol.Paxos, start, new MembershipHistory(EntryIndex.Zero, Membership.Nobody))
    {
        _options = options;
        _committed = EntryIndex.Max(_committed, start.HardState.Committed);
        _acceptedThrough = _committed;
        _synced = _committed;
        _log = new SlotLog(start.Snapshot.Index, start.Entries);
        TakeMemberships(start.Snapshot);
        TakeMembershipsOfLog();
        AdvanceSynced();
        RestartTimer();
        Started();
    }

    public override EntryIndex Synced => _synced;

    public override EntryIndex First => _log.First;

    public override EntryIndex Last => _log.Last;

    public override long CachedBytes => _log.CachedBytes;

    public override Membership Membership => Current.Membership;

    private protected override PersistId LastIssued => _lastIssued;

    private protected override PersistId LastSynced => _lastSynced;

    private protected override long MaxUncommittedBytes => _options.MaxUncommittedBytes;

    // The highest ballot that it takes part in; while it leads or tries to, its own.
    private Epoch Promised => _hard.Current;

    public override bool TryReadEntry(EntryIndex index, out EntryView entry)
    {
        bool isHere = _log.Has(index);
        entry = isHere ? _log.Read(index) : default;
        return isHere;
    }

    private protected override void Tick()
    {
        TickCatchUp();
        if (_role == ReplicaRole.Leader)
        {
            TickLeader();
        }
        else
        {
            TickProposer();
        }
    }

    private protected override void Persisted(PersistId id)
    {
        Invariant.Holds(id <= _lastIssued);
        _lastSynced = id;
        AdvanceSynced();
        FinishInstalling();
        GoOn();
        _log.Shrink(EntryIndex.Min(_committed, _synced), _options.CacheBytes);
    }

    private protected override void Receive(in MessageEnvelope envelope, SpanReader body)
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

    private protected override void Issue(PersistId write)
    {
        if (_committed > _hard.Committed)
        {
            _hard = _hard with { Committed = _committed };
            _outbox.PersistHardState(_hard);
        }

        _lastIssued = write;
    }

    private protected override EntryIndex Append(EntryKind kind, Epoch epoch, int recordCount, ReadOnlySpan<byte> payload)
    {
        var header = new EntryHeader(_next, epoch, kind, recordCount);
        _next = _next.Next;
        Store(header, payload);
        return header.Index;
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

    private SpanWriter BeginMessage(PaxosMessage type, Epoch ballot, ReplicaId to, PersistId after, int bodyBytes, out Span<byte> message) =>
        BeginMessage((byte)type, ballot, to, after, bodyBytes, out message);
}
