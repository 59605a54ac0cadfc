using Duramen.Consensus.Contract;
using Duramen.Consensus.Entries;
using Duramen.Consensus.Memberships;
using Duramen.Consensus.Messages;
using Duramen.Consensus.Mutants;
using Duramen.Consensus.Persists;
using Duramen.Consensus.Viewstamped.Messages;
using Duramen.Core.Binary;
using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.Core.Random;

namespace Duramen.Consensus.Viewstamped;

/// <summary>
/// One replica of Viewstamped Replication. This part holds its state, the way of a step, and what every step may do: write, cut, commit. The other parts are about the primary, its
/// backups, view changes, state transfer, eras and snapshots.
/// </summary>
internal sealed partial class ViewstampedReplica : IReplica, IReplicaProbe
{
    private readonly ViewstampedOptions _options;
    private readonly ReplicaId _self;
    private readonly Prng _chance;
    private readonly EntryLog _log;
    private readonly PersistQueue _persists;
    private readonly MembershipHistory _memberships;

    // The outbox of the step under way; replicas are stepped from outside, one input at a time.
    private ReplicaOutbox _outbox = null!;
    private PersistId _writing;

    private HardState _hard;
    private ReplicaRole _role;
    private ReplicaId _leader;
    private EntryIndex _committed;
    private EntryIndex _saidCommitted;
    private (ReplicaRole Role, Epoch View, ReplicaId Leader) _said;

    public ViewstampedReplica(ReplicaStart start, ViewstampedOptions options)
    {
        _options = options;
        _self = start.Self;
        _chance = start.Chance;
        _hard = start.HardState;
        _snapshot = start.Snapshot;
        _saidCommitted = start.Snapshot.Index;
        _committed = start.Snapshot.Index;
        _log = new EntryLog(start.Snapshot.Index, start.Snapshot.Epoch, start.Entries);
        _persists = new PersistQueue(_log.Last);
        _memberships = new MembershipHistory(start.Snapshot.Index, start.Snapshot.Membership);
        for (EntryIndex index = _log.First; index <= _log.Last; index = index.Next)
        {
            EntryHeader header = start.Entries.ReadHeader(index);
            if (header.Kind == EntryKind.Configuration)
            {
                _memberships.Append(index, Decode(_log.Read(index).Payload));

                // An era is entered only when the entry that begins it is committed.
                _committed = ViewNumber.EraOf(header.Epoch) <= Era ? index : _committed;
            }
        }

        // A host may have synced a snapshot before the write that entered the snapshot's era.
        if (ViewNumber.EraOf(start.Snapshot.Epoch) > Era)
        {
            _hard = new HardState(start.Snapshot.Epoch, start.Snapshot.Epoch);
        }

        Govern(_memberships.At(_committed), _memberships.IndexAt(_committed));
        _said = (_role, View, _leader);
        RestartTimer();
    }

    public IReplicaProbe Probe => this;

    ReplicaRole IReplicaProbe.Role => _role;

    ReplicaId IReplicaProbe.Leader => _leader;

    HardState IReplicaProbe.HardState => _hard;

    EntryIndex IReplicaProbe.Committed => _committed;

    EntryIndex IReplicaProbe.Synced => _persists.Synced;

    EntryIndex IReplicaProbe.First => _log.First;

    EntryIndex IReplicaProbe.Last => _log.Last;

    Membership IReplicaProbe.Membership => _membership;

    Membership IReplicaProbe.UpcomingMembership => _memberships.Latest;

    SnapshotMeta IReplicaProbe.Snapshot => _snapshot;

    // The paper's view-number, and the view that its log is of (the log-view, 4.2: "the latest view in which its status was normal").
    private Epoch View => _hard.Current;

    private Epoch LogView => _hard.Established;

    private long Era => ViewNumber.EraOf(View);

    // What depends on anything this replica has in memory waits for the newest write.
    private PersistId Barrier => _writing != PersistId.None ? _writing : _persists.LastIssued;

    bool IReplicaProbe.TryReadEntry(EntryIndex index, out EntryView entry)
    {
        bool isHere = index >= _log.First && index <= _log.Last;
        entry = isHere ? _log.Read(index) : default;
        return isHere;
    }

    public void Tick(ReplicaOutbox outbox)
    {
        Begin(outbox);
        TickStateTransfer();
        if (_role == ReplicaRole.Leader)
        {
            TickPrimary();
        }
        else
        {
            TickViewChange();
            TickUsher();
        }

        End();
    }

    public void Receive(ReadOnlySpan<byte> message, ReplicaOutbox outbox)
    {
        Begin(outbox);
        if (MessageEnvelope.TryOpen(message, out MessageEnvelope envelope, out SpanReader body) && envelope.Protocol == MessageProtocol.Viewstamped
            && envelope.To == _self && envelope.From.Node.IsSome)
        {
            Dispatch(envelope, body);
        }

        End();
    }

    public void Persisted(PersistId id, ReplicaOutbox outbox)
    {
        Begin(outbox);
        bool isLogSynced = _persists.Complete(id);
        FinishInstalling();
        FinishStarting();
        ChooseLog();
        if (isLogSynced && _role == ReplicaRole.Leader)
        {
            AdvanceCommit();
        }

        _log.Shrink(EntryIndex.Min(_committed, _persists.Synced), _options.CacheBytes);
        End();
    }

    private void Dispatch(in MessageEnvelope envelope, SpanReader body)
    {
        ReplicaId from = envelope.From;
        Epoch view = envelope.Epoch;
        switch ((ViewstampedMessage)envelope.Type)
        {
            case ViewstampedMessage.Prepare when LogPart.TryRead(body, view, out LogPart part):
                if (IsOfThisEra(from, view))
                {
                    ReceivePrepare(from, view, part);
                }

                break;
            case ViewstampedMessage.PrepareOk when PrepareOk.TryRead(body, out PrepareOk response):
                if (IsOfThisEra(from, view) && view == View && _role == ReplicaRole.Leader)
                {
                    ReceivePrepareOk(from, response);
                }

                break;
            case ViewstampedMessage.StartViewChange when StartViewChange.TryRead(body, out StartViewChange request):
                if (IsOfThisEra(from, view) && ViewNumber.EraOf(request.View) == Era)
                {
                    ReceiveStartViewChange(from, view, request);
                }

                break;
            case ViewstampedMessage.DoViewChange when DoViewChange.TryRead(body, out DoViewChange report):
                if (IsOfThisEra(from, view))
                {
                    ReceiveDoViewChange(from, view, report);
                }

                break;
            case ViewstampedMessage.TakeOver when body.IsAtEnd:
                if (IsOfThisEra(from, view) && view == View)
                {
                    ReceiveTakeOver(from);
                }

                break;
            case ViewstampedMessage.GetState when GetState.TryRead(body, out GetState request):
                ReceiveGetState(from, view, request);
                break;
            case ViewstampedMessage.NewState when LogPart.TryRead(body, view, out LogPart part):
                ReceiveNewState(from, view, part);
                break;
            case ViewstampedMessage.StartEra when StartEra.TryRead(body, out StartEra note):
                ReceiveStartEra(from, view, note);
                break;
            case ViewstampedMessage.EraStarted when body.IsAtEnd:
                if (IsOfThisEra(from, view))
                {
                    ReceiveEraStarted(from);
                }

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
            PersistId issued = _persists.Issue(_log.Last);
            Invariant.Holds(issued == _writing);
        }

        if (_committed > _saidCommitted && !IsInstalling)
        {
            _saidCommitted = _committed;
            _outbox.Commit(_committed);
        }

        if (_said != (_role, View, _leader))
        {
            _said = (_role, View, _leader);
            _outbox.ChangeRole(_role, View, _leader);
        }
    }

    private void Write()
    {
        _writing = new PersistId(_persists.LastIssued.Value + 1);
        _outbox.BeginPersist(_writing);
    }

    private void SetHardState(Epoch view, Epoch logView)
    {
        Invariant.Holds(view >= View && logView >= LogView && logView <= view);
        _hard = new HardState(view, logView);
        bool isWritten = true;
        Mutant.Weaken("V04", ref isWritten, false);
        if (isWritten)
        {
            Write();
            _outbox.PersistHardState(_hard);
        }
    }

    private void AppendToLog(in EntryHeader header, ReadOnlySpan<byte> payload)
    {
        Write();
        _log.Append(header, payload);
        _outbox.PersistEntry(new EntryView(header, payload));
        if (header.Kind == EntryKind.Configuration)
        {
            _memberships.Append(header.Index, Decode(payload));
        }
    }

    private void TruncateLog(EntryIndex from)
    {
        Invariant.Holds(from > _committed);
        Write();
        _log.TruncateFrom(from);
        _persists.Withdraw(from);
        _outbox.PersistTruncation(from);
        _memberships.TruncateFrom(from);
    }

    private void CommitTo(EntryIndex index)
    {
        if (index > _committed)
        {
            Invariant.Holds(index <= _log.Last);
            _committed = index;
            BeginEraIfCommitted();
        }
    }

    private SpanWriter BeginMessage(ViewstampedMessage type, ReplicaId to, PersistId after, int bodyBytes, out Span<byte> message) =>
        BeginMessage(type, View, to, after, bodyBytes, out message);

    private SpanWriter BeginMessage(ViewstampedMessage type, Epoch view, ReplicaId to, PersistId after, int bodyBytes, out Span<byte> message)
    {
        message = _outbox.AddMessage(to, after, MessageEnvelope.SizeBytes + bodyBytes);
        return new MessageEnvelope(MessageProtocol.Viewstamped, (byte)type, _self, to, view).Begin(message);
    }

    // What is in the log was read by TryRead before it got there.
    private static Membership Decode(ReadOnlySpan<byte> payload)
    {
        bool isValid = Membership.TryRead(payload, out Membership membership);
        Invariant.Holds(isValid);
        return membership;
    }
}
