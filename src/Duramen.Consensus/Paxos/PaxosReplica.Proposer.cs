using Duramen.Consensus.Contract;
using Duramen.Consensus.Entries;
using Duramen.Consensus.Messages;
using Duramen.Consensus.Mutants;
using Duramen.Consensus.Paxos.Messages;
using Duramen.Consensus.Paxos.Panels;
using Duramen.Consensus.Paxos.Peers;
using Duramen.Consensus.Paxos.Slots;
using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Paxos;

// The way to lead: whoever misses the leader asks first whether a quorum would promise, then for its promises (phase 1), for all slots at once.
internal sealed partial class PaxosReplica
{
    /// <summary>After so many attempts that failed the pauses grow no further.</summary>
    private const int MaxDoublings = 2;

    private readonly Reports _reports = new();
    private int _ticksSinceLeader;
    private int _timeoutTicks;
    private int _ticksSincePrepare;
    private int _failures;

    // The highest ballot heard of.
    private Epoch _highest;

    private long _attempt;
    private ulong _granted;
    private ulong _refused;

    // The write of its own promise, which counts when that is synced.
    private PersistId _standing;
    private bool _isTransfer;

    private bool HearsLeader => _role == ReplicaRole.Leader || (_leader != ReplicaId.None && _ticksSinceLeader < _options.ElectionTicks);

    // Only a voter of the first open slot leads. So a replica that takes the place of one with the same node proposes only in slots where that one never did, and no ballot has two values.
    private bool MayStand => Current.IsVoter && !IsInstalling;

    // Two proposers that hurry can refuse each other for ever, so the pauses are drawn, and grow.
    private void RestartTimer()
    {
        _ticksSinceLeader = 0;
        _timeoutTicks = _options.ElectionTicks + _chance.NextInt32(_options.ElectionTicks << Math.Min(_failures, MaxDoublings));
    }

    private void TickProposer()
    {
        if (_role == ReplicaRole.Candidate && ++_ticksSincePrepare > _options.ElectionTicks / 4)
        {
            SendPrepares();
        }

        if (++_ticksSinceLeader >= _timeoutTicks)
        {
            _failures += _role == ReplicaRole.Candidate ? 1 : 0;
            StopProposing();
            _role = ReplicaRole.Follower;
            _leader = ReplicaId.None;
            RestartTimer();
            if (MayStand)
            {
                AskWhetherItCouldLead();
            }
            else
            {
                TellNews();
            }
        }
    }

    private void HearLeader(ReplicaId leader)
    {
        _role = ReplicaRole.Follower;
        _leader = leader;
        _failures = 0;
        RestartTimer();
    }

    private void AskWhetherItCouldLead()
    {
        _role = ReplicaRole.Prospect;
        _attempt++;
        _refused = 0;
        _granted = Current.Self;
        bool couldLead = Current.CanPrepare(_granted);
        Mutant.Weaken("P14", ref couldLead, true);
        if (couldLead)
        {
            Stand(isTransfer: false);
            return;
        }

        foreach (ReplicaId member in Current.Membership.Members)
        {
            if (member != _self && Current.Membership.IsVoter(member))
            {
                SpanWriter writer = BeginMessage(PaxosMessage.Canvass, Promised, member, PersistId.None, Canvass.SizeBytes, out Span<byte> message);
                new Canvass(_attempt, _committed).Write(ref writer);
                MessageEnvelope.Seal(message);
            }
        }
    }

    private void ReceiveCanvass(ReplicaId from, in Canvass question)
    {
        SpanWriter writer = BeginMessage(PaxosMessage.CanvassAnswer, Promised, from, PersistId.None, CanvassAnswer.SizeBytes, out Span<byte> message);
        new CanvassAnswer(question.Attempt, _committed, !HearsLeader).Write(ref writer);
        MessageEnvelope.Seal(message);
        if (question.Committed > _committed)
        {
            AskForChosen(from);
        }
    }

    private void ReceiveCanvassAnswer(ReplicaId from, Epoch promised, in CanvassAnswer answer)
    {
        _highest = Epoch.Max(_highest, promised);
        if (answer.Committed > _committed)
        {
            AskForChosen(from);
        }

        if (_role != ReplicaRole.Prospect || answer.Attempt != _attempt)
        {
            return;
        }

        ulong member = Current.Membership.BitOf(from);
        _granted |= answer.WouldPromise ? member : 0;
        _refused |= answer.WouldPromise ? 0 : member;
        if (Current.CanPrepare(_granted))
        {
            Stand(isTransfer: false);
        }
        else if (Current.IsLost(_refused))
        {
            _role = ReplicaRole.Follower;
        }
    }

    // Phase 1 with a ballot that was never used: higher than any promised here, by this replica's own number, and synced before it is named to anybody.
    private void Stand(bool isTransfer)
    {
        _role = ReplicaRole.Candidate;
        _leader = ReplicaId.None;
        _isTransfer = isTransfer;
        RestartTimer();
        SetPromised(new Epoch(Math.Max(Promised.Number, _highest.Number) + 1, _self.Node));
        _standing = _writing;
        _reports.Clear();
        SeatPeers();
        SendPrepares();
    }

    private void SendPrepares()
    {
        _ticksSincePrepare = 0;
        foreach (Peer peer in _peers)
        {
            SendPrepareIfNeeded(peer);
        }
    }

    // A voter of slots for which a quorum did not promise yet.
    private void SendPrepareIfNeeded(Peer peer)
    {
        bool isNeeded = false;
        foreach (Panel panel in _panels)
        {
            isNeeded |= !peer.HasPromised && panel.Membership.IsVoter(peer.Id) && !HasPromises(panel);
        }

        if (isNeeded)
        {
            SendPrepare(peer);
        }
    }

    private void SendPrepare(Peer peer)
    {
        PersistId after = Barrier;
        Mutant.Weaken("P05", ref after, PersistId.None);
        SpanWriter writer = BeginMessage(PaxosMessage.Prepare, Promised, peer.Id, after, Prepare.SizeBytes, out Span<byte> message);
        new Prepare(peer.ToReport, _isTransfer).Write(ref writer);
        MessageEnvelope.Seal(message);
    }

    private void ReceivePromise(ReplicaId from, Epoch ballot, in Promise promise)
    {
        bool isAwaited = ballot == Promised && _role is ReplicaRole.Candidate or ReplicaRole.Leader;
        if (!isAwaited || FindPeer(from) is not Peer peer || !HasMemberships(promise.Entries, promise.Count))
        {
            return;
        }

        peer.IsActive = true;
        _ticksSinceLeader = 0;
        SpanReader entries = promise.Entries;
        for (int i = 0; i < promise.Count; i++)
        {
            EntryCodec.TryRead(ref entries, out EntryView entry);

            // A promise that comes after the proposal changes nothing: a quorum had told.
            if (entry.Header.Index > _committed && (_role == ReplicaRole.Candidate || entry.Header.Index >= _next))
            {
                _reports.Add(entry);
            }
        }

        if (peer.Promise(promise.From, promise.Through, promise.Through == Promise.Everything, promise.Committed))
        {
            SendPrepare(peer);
        }

        if (promise.Committed > _committed)
        {
            AskForChosen(from);
        }

        GoOn();
    }

    // Whatever a replica waited for may have come: promises, a sync, what was chosen.
    private void GoOn()
    {
        if (_role == ReplicaRole.Candidate && _lastSynced >= _standing && MayStand && HasPromises(Current))
        {
            Lead();
        }
        else if (_role == ReplicaRole.Leader)
        {
            AdvanceCommit();
        }
    }

    private bool HasPromises(Panel panel) => panel.CanPrepare(panel.Promised(_committed));

    private void ReceiveRefusal(Epoch promised)
    {
        _highest = Epoch.Max(_highest, promised);
        if (_role is ReplicaRole.Candidate or ReplicaRole.Leader && promised > Promised)
        {
            GiveUp();
        }
    }

    private void GiveUp()
    {
        StopProposing();
        _role = ReplicaRole.Follower;
        _leader = ReplicaId.None;
        _failures++;
        RestartTimer();
    }

    private void StopProposing()
    {
        if (_role == ReplicaRole.Leader)
        {
            _reads.Reject(_outbox);
            _successor = ReplicaId.None;
        }

        if (_peers.Count > 0)
        {
            _reports.Clear();
            _peers.Clear();
            UnseatPeers();
        }
    }

    private void ReceiveTakeOver(ReplicaId from, Epoch ballot)
    {
        if (_role == ReplicaRole.Follower && from == _leader && ballot == Promised && MayStand)
        {
            Stand(isTransfer: true);
        }
    }
}
