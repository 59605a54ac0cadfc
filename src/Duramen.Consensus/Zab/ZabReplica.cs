using Duramen.Consensus.Contract;
using Duramen.Consensus.Entries;
using Duramen.Consensus.Memberships;
using Duramen.Consensus.Messages;
using Duramen.Consensus.Replicas;
using Duramen.Consensus.Zab.Messages;
using Duramen.Consensus.Zab.Peers;
using Duramen.Core.Binary;
using Duramen.Core.Errors;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Zab;

/// <summary>
/// One ZAB replica. This part holds what every step may do: take a message, change epochs, take and send entries. The other parts are about the phases of the protocol (election,
/// discovery, synchronisation, broadcast), about reads and handing over, eras, and snapshots; what ZAB has in common with other protocols is in <see cref="EraReplica{TPeer}"/>.
/// </summary>
internal sealed partial class ZabReplica : EraReplica<Follower>
{
    private readonly ZabOptions _options;

    public ZabReplica(ReplicaStart start, ZabOptions options)
        : base(MessageProtocol.Zab, start)
    {
        _options = options;
        RestartTimer();
        Started();
    }

    private protected override long MaxUncommittedBytes => _options.MaxUncommittedBytes;

    // f.p of the paper: the last epoch whose NEWEPOCH it accepted. It takes part in no earlier one any more.
    private Epoch AcceptedEpoch => _hard.Current;

    // f.a of the paper: the last epoch with whose history it began.
    private Epoch CurrentEpoch => _hard.Established;

    private protected override void Tick()
    {
        TickRequests();
        if (IsHeading)
        {
            TickHead();
        }
        else
        {
            TickElection();
            TickUsher(_options.ElectionTicks);
        }
    }

    private protected override void Persisted(PersistId id)
    {
        bool isLogSynced = _persists.Complete(id);
        FinishInstalling();
        ChooseHistory();
        EstablishEpoch();
        if (isLogSynced && _role == ReplicaRole.Leader)
        {
            AdvanceCommit();
        }

        _log.Shrink(EntryIndex.Min(_committed, _persists.Synced), _options.CacheBytes);
    }

    private protected override void Receive(in MessageEnvelope envelope, SpanReader body)
    {
        ReplicaId from = envelope.From;
        Epoch epoch = envelope.Epoch;
        switch ((ZabMessage)envelope.Type)
        {
            case ZabMessage.Propose when LogPart.TryRead(body, EraNumber.LastOfNext(epoch), out LogPart part):
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
            case ZabMessage.History when LogPart.TryRead(body, EraNumber.LastOfNext(epoch), out LogPart part):
                ReceiveHistory(from, epoch, part);
                break;
            case ZabMessage.Trunc when Trunc.TryRead(body, out Trunc order):
                ReceiveTrunc(from, epoch, order);
                break;
            case ZabMessage.Diff when LogPart.TryRead(body, EraNumber.LastOfNext(epoch), out LogPart part):
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

    // One write holds the history and the epoch that stands for it, or the history was written before: never the epoch first.
    private void SetHardState(Epoch accepted, Epoch current)
    {
        Invariant.Holds(accepted >= AcceptedEpoch && current >= CurrentEpoch && current <= accepted);
        _hard = new HardState(accepted, current);
        Write();
        _outbox.PersistHardState(_hard);
    }

    private SpanWriter BeginMessage(ZabMessage type, ReplicaId to, PersistId after, int bodyBytes, out Span<byte> message) =>
        BeginMessage((byte)type, AcceptedEpoch, to, after, bodyBytes, out message);

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

    // Sends what follows an entry, up to another one or as much as a message takes; returns the last entry that is in it.
    private EntryIndex SendPart(ZabMessage type, ReplicaId to, EntryIndex previous, EntryIndex upTo)
    {
        int count = CountForMessage(previous, upTo, _options.MaxMessageBytes, out int bytes);
        SpanWriter writer = BeginMessage(type, to, PersistId.None, LogPart.FixedSizeBytes + bytes, out Span<byte> message);
        LogPart.WriteFixed(ref writer, previous, _log.EpochAt(previous), _committed, _reads.Round, count);
        EntryIndex last = WriteEntries(ref writer, previous, count);
        MessageEnvelope.Seal(message);
        return last;
    }
}
