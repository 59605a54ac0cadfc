using Duramen.Consensus.Contract;
using Duramen.Consensus.Memberships;
using Duramen.Consensus.Messages;
using Duramen.Consensus.Mutants;
using Duramen.Consensus.Quorums;
using Duramen.Consensus.Viewstamped.Messages;
using Duramen.Consensus.Viewstamped.Peers;
using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Viewstamped;

// View changes (4.2): whoever misses the primary asks for the next view; a majority that asks enters it and reports to its primary, which takes the best log and starts.
internal sealed partial class ViewstampedReplica
{
    private readonly Reports _reports = new();
    private int _ticksSinceLeader;
    private int _viewChangeTimeoutTicks;
    private int _ticksSinceReport;

    // The view this replica asked for, zero when it asks for none, and who else does.
    private Epoch _wanted;
    private ulong _wantedBy;

    // The writes with which it entered its view, and with which it took the log of a view that it is to lead.
    private PersistId _entered;
    private PersistId _starting;

    private bool IsPrimary => PrimaryOf(View) == _self;

    private bool IsStarting => _starting != PersistId.None;

    private bool HearsPrimary => _role == ReplicaRole.Leader || (_leader != ReplicaId.None && _ticksSinceLeader < _options.ViewChangeTicks);

    private void RestartTimer()
    {
        _ticksSinceLeader = 0;
        _viewChangeTimeoutTicks = _options.ViewChangeTicks + _chance.NextInt32(_options.ViewChangeTicks);
    }

    private void TickViewChange()
    {
        // A report may have got lost, or what the owner of the best log sent.
        if (LogView < View && _leader == ReplicaId.None && ++_ticksSinceReport > _options.ViewChangeTicks / 4)
        {
            SendReport();
            ChooseLog();
        }

        if (++_ticksSinceLeader >= _viewChangeTimeoutTicks && _membership.IsVoter(_self))
        {
            RestartTimer();
            _leader = ReplicaId.None;
            AskForView(Epoch.Max(_wanted, EraNumber.After(View)), isTransfer: false);
        }
    }

    private void AskForView(Epoch view, bool isTransfer)
    {
        if (!HearsPrimary)
        {
            _role = ReplicaRole.Prospect;
            _leader = ReplicaId.None;
        }

        if (_wanted != view)
        {
            _wanted = view;
            _wantedBy = _membership.BitOf(_self);
        }

        foreach (ReplicaId voter in _voters)
        {
            if (voter != _self)
            {
                SendStartViewChange(voter, new StartViewChange(view, isTransfer, IsAnswer: false));
            }
        }

        EnterWantedView();
    }

    // It promises nothing, so it waits for no write.
    private void SendStartViewChange(ReplicaId to, in StartViewChange request)
    {
        SpanWriter writer = BeginMessage(ViewstampedMessage.StartViewChange, to, PersistId.None, StartViewChange.SizeBytes, out Span<byte> message);
        request.Write(ref writer);
        MessageEnvelope.Seal(message);
    }

    private void ReceiveStartViewChange(ReplicaId from, Epoch view, in StartViewChange request)
    {
        if (!_membership.IsVoter(from) || !_membership.IsVoter(_self))
        {
            return;
        }

        if (request.View <= View)
        {
            AnswerLateAsker(from, request);
            return;
        }

        // Whoever hears the primary helps nobody to depose it, but one that is to take over from it, and one that a majority sent ahead to a later view and cannot
        // come back.
        bool isTransfer = request.IsTransfer && from == PrimaryOf(request.View);
        bool mayJoin = !HearsPrimary || isTransfer || view > View || request.View == _wanted;
        Mutant.Weaken("V14", ref mayJoin, true);
        if (!mayJoin)
        {
            return;
        }

        if (request.View < _wanted)
        {
            SendStartViewChange(from, new StartViewChange(_wanted, IsTransfer: false, IsAnswer: true));
            return;
        }

        ulong asker = _membership.BitOf(from);
        if (request.View > _wanted)
        {
            AskForView(request.View, isTransfer: false);
        }
        else if ((_wantedBy & asker) == 0 && !request.IsAnswer)
        {
            SendStartViewChange(from, new StartViewChange(_wanted, IsTransfer: false, IsAnswer: true));
        }

        if (_wanted == request.View)
        {
            _wantedBy |= asker;
            EnterWantedView();
        }
    }

    // This replica is in that view or beyond. Who asks learns it from the primary, or counts this replica among those who asked.
    private void AnswerLateAsker(ReplicaId from, in StartViewChange request)
    {
        if (_role == ReplicaRole.Leader)
        {
            if (!request.IsAnswer && FindPeer(from) is Backup backup)
            {
                SendHeartbeat(backup);
            }
        }
        else if (!HearsPrimary && !request.IsAnswer && Epoch.Max(_wanted, View) is Epoch view && (view > View || LogView < View))
        {
            SendStartViewChange(from, new StartViewChange(view, IsTransfer: false, IsAnswer: true));
        }
    }

    private void EnterWantedView()
    {
        bool isReached = Quorum.IsReached(_wantedBy, _membership);
        Mutant.Weaken("V14", ref isReached, true);
        if (isReached)
        {
            EnterView(_wanted);
        }
    }

    // From now on nothing of an earlier view is acknowledged, also not after a restart: the report leaves when that is synced.
    private void EnterView(Epoch view)
    {
        MoveTo(view);
        _role = ReplicaRole.Candidate;
        SendReport();
        ChooseLog();
    }

    // The primary of a later view is at work already.
    private void FollowView(Epoch view)
    {
        MoveTo(view);
        bool discards = false;
        Mutant.Weaken("V08", ref discards, _log.Last > _committed);
        if (discards)
        {
            TruncateLog(_committed.Next);
        }
    }

    private void MoveTo(Epoch view)
    {
        if (_role == ReplicaRole.Leader)
        {
            StopLeading();
        }

        _leader = ReplicaId.None;
        ForgetViewChange();
        RestartTimer();
        SetHardState(view, LogView);
        _entered = _writing;
    }

    private void ForgetViewChange()
    {
        _wanted = Epoch.Zero;
        _wantedBy = 0;
        _starting = PersistId.None;
        _donor = ReplicaId.None;
        _fetched = EntryIndex.Zero;
        _reports.Clear();
    }

    private void HearPrimary(ReplicaId primary)
    {
        if (_role == ReplicaRole.Prospect)
        {
            _wanted = Epoch.Zero;
        }

        _leader = primary;
        _role = LogView == View ? ReplicaRole.Follower : ReplicaRole.Recovering;
        RestartTimer();
    }

    private DoViewChange OwnReport() => new(LogView, _log.Last, _log.LastEpoch, _committed);

    private void SendReport()
    {
        _ticksSinceReport = 0;
        if (!IsPrimary && _membership.IsVoter(_self))
        {
            SpanWriter writer = BeginMessage(ViewstampedMessage.DoViewChange, PrimaryOf(View), Barrier, DoViewChange.SizeBytes, out Span<byte> message);
            OwnReport().Write(ref writer);
            MessageEnvelope.Seal(message);
        }
    }

    private void ReceiveDoViewChange(ReplicaId from, Epoch view, in DoViewChange report)
    {
        if (view < View || PrimaryOf(view) != _self || !_membership.IsVoter(from))
        {
            return;
        }

        // A majority asked for that view, or the sender would not be in it.
        if (view > View)
        {
            EnterView(view);
        }

        if (LogView < View)
        {
            _reports.Add(_membership.SlotOf(from), report);
            ChooseLog();
        }
        else if (_role == ReplicaRole.Leader && FindPeer(from) is Backup backup)
        {
            SendHeartbeat(backup);
        }
    }

    // Step 3: with reports of a majority, its own among them when it is synced, the new primary takes the best log. It acquires what it lacks before it gives up anything.
    private void ChooseLog()
    {
        bool mayChoose = LogView < View && IsPrimary && !IsInstalling && _persists.LastSynced >= _entered;
        if (!mayChoose || !Quorum.IsReached(_reports.Senders | _membership.BitOf(_self), _membership))
        {
            return;
        }

        (DoViewChange best, ReplicaId owner) = _reports.Best(OwnReport(), _self, _membership);
        if (best.Last < _committed || EraNumber.MadeIn(_log.LastEpoch, Era) > View)
        {
            // More was committed since that report, or state transfer brought what a later view committed: that one is at work.
            return;
        }

        bool hasLog = owner == _self || (_log.Knows(best.Last) && _log.EpochAt(best.Last) == best.LastEpoch);
        Mutant.Weaken("V02", ref hasLog, true);
        if (hasLog)
        {
            StartView(best.Last);
        }
        else
        {
            FetchLog(owner, best.Last);
        }
    }

    private void StartView(EntryIndex last)
    {
        Epoch view = View;
        if (_log.Last > last)
        {
            TruncateLog(last.Next);
        }

        CommitTo(EntryIndex.Min(_reports.Committed(_membership), _log.Last));
        if (View == view)
        {
            SetHardState(View, View);
            BeginStarting();
        }
    }

    // It leads when it is synced that this view has a log, so that it never begins the same view twice.
    private void BeginStarting()
    {
        _role = ReplicaRole.Candidate;
        _viewStart = _log.Last;
        _starting = _writing;
        FinishStarting();
    }

    private void FinishStarting()
    {
        bool isSynced = _persists.LastSynced >= _starting;
        Mutant.Weaken("V09", ref isSynced, true);
        if (IsStarting && isSynced)
        {
            _starting = PersistId.None;
            Lead();
        }
    }

    private void ReceiveTakeOver(ReplicaId from)
    {
        if (from == _leader && LogView == View && _membership.IsVoter(_self))
        {
            Epoch view = EraNumber.After(View);
            while (PrimaryOf(view) != _self)
            {
                view = EraNumber.After(view);
            }

            AskForView(view, isTransfer: true);
        }
    }
}
