using Duramen.Consensus.Contract;
using Duramen.Consensus.Memberships;
using Duramen.Consensus.Messages;
using Duramen.Consensus.Mutants;
using Duramen.Consensus.Replicas;
using Duramen.Consensus.Viewstamped.Messages;
using Duramen.Consensus.Viewstamped.Peers;
using Duramen.Core.Binary;
using Duramen.Core.Errors;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Viewstamped;

/// <summary>
/// One replica of Viewstamped Replication. This part holds what every step may do: take a message, change views. The other parts are about the primary, its backups, view changes,
/// state transfer, eras and snapshots; what it has in common with other protocols is in <see cref="EraReplica{TPeer}"/>.
/// </summary>
internal sealed partial class ViewstampedReplica : EraReplica<Backup>
{
    private readonly ViewstampedOptions _options;

    public ViewstampedReplica(ReplicaStart start, ViewstampedOptions options)
        : base(MessageProtocol.Viewstamped, start)
    {
        _options = options;
        RestartTimer();
        Started();
    }

    private protected override long MaxUncommittedBytes => _options.MaxUncommittedBytes;

    // The paper's view-number, and the view that its log is of (the log-view, 4.2: "the latest view in which its status was normal").
    private Epoch View => _hard.Current;

    private Epoch LogView => _hard.Established;

    private protected override void Tick()
    {
        TickStateTransfer();
        if (_role == ReplicaRole.Leader)
        {
            TickPrimary();
        }
        else
        {
            TickViewChange();
            TickUsher(_options.ViewChangeTicks);
        }
    }

    private protected override void Persisted(PersistId id)
    {
        bool isLogSynced = _persists.Complete(id);
        FinishInstalling();
        FinishStarting();
        ChooseLog();
        if (isLogSynced && _role == ReplicaRole.Leader)
        {
            AdvanceCommit();
        }

        _log.Shrink(EntryIndex.Min(_committed, _persists.Synced), _options.CacheBytes);
    }

    private protected override void Receive(in MessageEnvelope envelope, SpanReader body)
    {
        ReplicaId from = envelope.From;
        Epoch view = envelope.Epoch;
        switch ((ViewstampedMessage)envelope.Type)
        {
            case ViewstampedMessage.Prepare when ViewPart.TryRead(body, view, out ViewPart part):
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
                if (IsOfThisEra(from, view) && EraNumber.Of(request.View) == Era)
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
            case ViewstampedMessage.NewState when ViewPart.TryRead(body, view, out ViewPart part):
                ReceiveNewState(from, view, part);
                break;
            case ViewstampedMessage.StartEra when StartEra.TryRead(body, out StartEra note):
                ReceiveStartEra(from, view, note);
                break;
            case ViewstampedMessage.EraStarted when body.IsAtEnd:
                if (IsOfThisEra(from, view))
                {
                    CountUshered(from);
                }

                break;
            default:
                break;
        }
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

    private SpanWriter BeginMessage(ViewstampedMessage type, ReplicaId to, PersistId after, int bodyBytes, out Span<byte> message) =>
        BeginMessage((byte)type, View, to, after, bodyBytes, out message);
}
