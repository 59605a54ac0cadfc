using Duramen.Consensus.Contract;
using Duramen.Consensus.Entries;
using Duramen.Consensus.Memberships;
using Duramen.Consensus.Messages;
using Duramen.Consensus.Persists;
using Duramen.Consensus.Zab.Messages;
using Duramen.Core.Binary;
using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.Core.Random;

namespace Duramen.Consensus.Zab;

/// <summary>
/// One ZAB replica. This part holds its state, the way of a step, and what every step may do: write, cut, commit. The other parts are about the phases of the
/// protocol (election, discovery, synchronisation, broadcast), about reads and handing over, eras, and snapshots.
/// </summary>
internal sealed partial class ZabReplica : IReplica, IReplicaProbe
{
    private readonly ZabOptions _options;
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
    private (ReplicaRole Role, Epoch Epoch, ReplicaId Leader) _said;

    public ZabReplica(ReplicaStart start, ZabOptions options)
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

        // A host may have synced a snapshot before the write that entered the snapshot's era.
        if (EraNumber.Of(start.Snapshot.Epoch) > Era)
        {
            _hard = new HardState(start.Snapshot.Epoch, start.Snapshot.Epoch);
        }

        for (EntryIndex index = _log.First; index <= _log.Last; index = index.Next)
        {
            EntryHeader header = start.Entries.ReadHeader(index);
            if (header.Kind == EntryKind.Configuration)
            {
                _memberships.Append(index, Decode(_log.Read(index).Payload));

                // An era is entered only when the entry that begins it is committed.
                _committed = EraNumber.Of(header.Epoch) <= Era ? index : _committed;
            }
        }

        Govern(_memberships.At(_committed), _memberships.IndexAt(_committed));
        _said = (_role, AcceptedEpoch, _leader);
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

    // f.p of the paper: the last epoch whose NEWEPOCH it accepted. It takes part in no earlier one any more.
    private Epoch AcceptedEpoch => _hard.Current;

    // f.a of the paper: the last epoch with whose history it began.
    private Epoch CurrentEpoch => _hard.Established;

    private long Era => EraNumber.Of(AcceptedEpoch);

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
        TickRequests();
        if (IsHeading)
        {
            TickHead();
        }
        else
        {
            TickElection();
            TickUsher();
        }

        End();
    }

    public void Receive(ReadOnlySpan<byte> message, ReplicaOutbox outbox)
    {
        Begin(outbox);
        if (MessageEnvelope.TryOpen(message, out MessageEnvelope envelope, out SpanReader body) && envelope.Protocol == MessageProtocol.Zab
            && envelope.To == _self && envelope.From != _self && envelope.From.Node.IsSome)
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
        ChooseHistory();
        EstablishEpoch();
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
        Epoch epoch = envelope.Epoch;
        switch ((ZabMessage)envelope.Type)
        {
            case ZabMessage.Propose when HistoryPart.TryRead(body, epoch, out HistoryPart part):
                ReceivePropose(from, epoch, part);
                break;
            case ZabMessage.Ack when Ack.TryRead(body, out Ack ack):
                ReceiveAck(from, epoch, ack);
                break;
            case ZabMessage.Look when Look.TryRead(body, out Look look):
                ReceiveLook(from, epoch, look);
                break;
            case ZabMessage.CEpoch when body.IsAtEnd:
                ReceiveCEpoch(from, epoch);
                break;
            case ZabMessage.NewEpoch when NewEpoch.TryRead(body, out NewEpoch request):
                ReceiveNewEpoch(from, epoch, request);
                break;
            case ZabMessage.AckEpoch when HistoryEnd.TryRead(body, out HistoryEnd end):
                ReceiveAckEpoch(from, epoch, end);
                break;
            case ZabMessage.GetHistory when EntryName.TryRead(body, out EntryName after):
                ReceiveGetHistory(from, epoch, after);
                break;
            case ZabMessage.History when HistoryPart.TryRead(body, epoch, out HistoryPart part):
                ReceiveHistory(from, epoch, part);
                break;
            case ZabMessage.Trunc when Trunc.TryRead(body, out Trunc order):
                ReceiveTrunc(from, epoch, order);
                break;
            case ZabMessage.Diff when HistoryPart.TryRead(body, epoch, out HistoryPart part):
                ReceiveDiff(from, epoch, part);
                break;
            case ZabMessage.NewLeader when EntryName.TryRead(body, out EntryName start):
                ReceiveNewLeader(from, epoch, start);
                break;
            case ZabMessage.Resume when HistoryEnd.TryRead(body, out HistoryEnd end):
                ReceiveResume(from, epoch, end);
                break;
            case ZabMessage.StartEra when EntryName.TryRead(body, out EntryName committed):
                ReceiveStartEra(from, epoch, committed);
                break;
            case ZabMessage.EraStarted when body.IsAtEnd:
                ReceiveEraStarted(from, epoch);
                break;
            case ZabMessage.TakeOver when body.IsAtEnd:
                ReceiveTakeOver(from, epoch);
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

        if (_said != (_role, AcceptedEpoch, _leader))
        {
            _said = (_role, AcceptedEpoch, _leader);
            _outbox.ChangeRole(_role, AcceptedEpoch, _leader);
        }
    }

    private void Write()
    {
        _writing = new PersistId(_persists.LastIssued.Value + 1);
        _outbox.BeginPersist(_writing);
    }

    // One write holds the history and the epoch that stands for it, or the history was written before: never the epoch first.
    private void SetHardState(Epoch accepted, Epoch current)
    {
        Invariant.Holds(accepted >= AcceptedEpoch && current >= CurrentEpoch && current <= accepted);
        _hard = new HardState(accepted, current);
        Write();
        _outbox.PersistHardState(_hard);
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

    // What is committed here is in everybody's history, and equal entries have equal ones before them.
    private bool Matches(EntryIndex index, Epoch epoch) => index <= _committed || (_log.Knows(index) && _log.EpochAt(index) == epoch);

    // Takes the entries of a part that matches, up to one of them. False when an entry is not what it says it is, in which case nothing is taken.
    private bool TakeEntries(in HistoryPart part, EntryIndex upTo)
    {
        SpanReader entries = part.Entries;
        for (int i = 0; i < part.Count; i++)
        {
            EntryCodec.TryRead(ref entries, out EntryView entry);
            if (entry.Header.Kind == EntryKind.Configuration && !Membership.TryRead(entry.Payload, out _))
            {
                return false;
            }
        }

        entries = part.Entries;
        for (int i = 0; i < part.Count; i++)
        {
            EntryCodec.TryRead(ref entries, out EntryView entry);
            if (entry.Header.Index <= upTo && entry.Header.Index > _committed)
            {
                TakeEntry(entry);
            }
        }

        return true;
    }

    // Parts come from histories that hold everything which was committed; so an entry for whose place there is another one was not, nor what stands behind it.
    private void TakeEntry(in EntryView entry)
    {
        EntryIndex index = entry.Header.Index;
        if (index <= _log.Last)
        {
            if (_log.EpochAt(index) == entry.Header.Epoch)
            {
                return;
            }

            TruncateLog(index);
        }

        AppendToLog(entry.Header, entry.Payload);
    }

    private SpanWriter BeginMessage(ZabMessage type, ReplicaId to, PersistId after, int bodyBytes, out Span<byte> message) =>
        BeginMessage(type, AcceptedEpoch, to, after, bodyBytes, out message);

    private SpanWriter BeginMessage(ZabMessage type, Epoch epoch, ReplicaId to, PersistId after, int bodyBytes, out Span<byte> message)
    {
        message = _outbox.AddMessage(to, after, MessageEnvelope.SizeBytes + bodyBytes);
        return new MessageEnvelope(MessageProtocol.Zab, (byte)type, _self, to, epoch).Begin(message);
    }

    // A message that is all envelope; it promises nothing.
    private void SendBare(ZabMessage type, ReplicaId to)
    {
        BeginMessage(type, to, PersistId.None, 0, out Span<byte> message);
        MessageEnvelope.Seal(message);
    }

    // It names an entry and promises nothing.
    private void SendName(ZabMessage type, ReplicaId to, EntryIndex index, Epoch epoch)
    {
        SpanWriter writer = BeginMessage(type, to, PersistId.None, EntryName.SizeBytes, out Span<byte> message);
        new EntryName(index, epoch).Write(ref writer);
        MessageEnvelope.Seal(message);
    }

    // Sends what follows an entry, up to another one or as much as a message takes; returns the last entry that is in it. A leader's own write is not waited for: a follower may
    // have an entry on its disk before the leader has.
    private EntryIndex SendPart(ZabMessage type, ReplicaId to, EntryIndex previous, EntryIndex upTo)
    {
        int count = 0;
        int bytes = 0;
        for (EntryIndex index = previous.Next; index <= upTo && bytes < _options.MaxMessageBytes && count < ConsensusLimits.MaxEntriesPerMessage; index = index.Next)
        {
            bytes += EntryCodec.SizeOf(_log.Read(index));
            count++;
        }

        SpanWriter writer = BeginMessage(type, to, PersistId.None, HistoryPart.FixedSizeBytes + bytes, out Span<byte> message);
        HistoryPart.WriteFixed(ref writer, previous, _log.EpochAt(previous), _committed, _reads.Round, count);
        EntryIndex last = previous;
        for (int i = 0; i < count; i++)
        {
            last = last.Next;
            EntryView entry = _log.Read(last);
            EntryCodec.Write(entry, writer.Take(EntryCodec.SizeOf(entry)));
        }

        MessageEnvelope.Seal(message);
        return last;
    }

    // What is in the log was read by TryRead before it got there.
    private static Membership Decode(ReadOnlySpan<byte> payload)
    {
        bool isValid = Membership.TryRead(payload, out Membership membership);
        Invariant.Holds(isValid);
        return membership;
    }
}
