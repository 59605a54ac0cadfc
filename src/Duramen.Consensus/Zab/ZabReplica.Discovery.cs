using Duramen.Consensus.Contract;
using Duramen.Consensus.Memberships;
using Duramen.Consensus.Messages;
using Duramen.Consensus.Mutants;
using Duramen.Consensus.Quorums;
using Duramen.Consensus.Zab.Messages;
using Duramen.Consensus.Zab.Peers;
using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Zab;

// Phase 1: a majority accepts an epoch later than any it accepted before, and says what its history is. The best of those histories is the one with which the epoch begins.
internal sealed partial class ZabReplica
{
    // Whose NEWEPOCH it accepted for the epoch it is in; nobody after a restart.
    private ReplicaId _acceptedFrom;

    // The write with which this replica accepted the epoch that it would lead.
    private PersistId _accepting;
    private bool _isTransfer;

    // Where a better history is being fetched from, up to which entry, and how much of it is here.
    private ReplicaId _donor;
    private EntryIndex _wantedLast;
    private EntryIndex _fetched;
    private int _ticksSinceAsked;

    private bool IsDiscovering => _role == ReplicaRole.Candidate && _leader != _self;

    private HistoryEnd OwnEnd() => new(CurrentEpoch, _log.Last, _log.LastEpoch);

    // The epoch first: a long history of an old epoch may hold what was never committed, and lack what was. Within an epoch histories are prefixes of each other.
    private static int Compare(in HistoryEnd left, in HistoryEnd right)
    {
        int epoch = left.CurrentEpoch.CompareTo(right.CurrentEpoch);
        Mutant.Weaken("Z02", ref epoch, 0);
        int lastEpoch = left.LastEpoch.CompareTo(right.LastEpoch);
        Mutant.Weaken("Z02", ref lastEpoch, 0);
        return epoch != 0 ? epoch : lastEpoch != 0 ? lastEpoch : left.Last.CompareTo(right.Last);
    }

    // This replica accepts the epoch like everybody else: never twice, also after a restart. So no life of it leads an epoch that another one began.
    private void BeginDiscovery(Epoch latest, bool isTransfer)
    {
        StopHeading();
        _role = ReplicaRole.Candidate;
        _leader = ReplicaId.None;
        _isTransfer = isTransfer;
        AcceptEpoch(EraNumber.After(Epoch.Max(latest, AcceptedEpoch)), _self);
        _accepting = _writing;
        BeginHeading();
        SendHeartbeats();
    }

    private void AcceptEpoch(Epoch epoch, ReplicaId from)
    {
        SetHardState(epoch, CurrentEpoch);
        _acceptedFrom = from;
        _donor = ReplicaId.None;
        _fetched = EntryIndex.Zero;
        RestartTimer();
    }

    private void SendNewEpoch(ReplicaId to)
    {
        SpanWriter writer = BeginMessage(ZabMessage.NewEpoch, to, Barrier, NewEpoch.SizeBytes, out Span<byte> message);
        new NewEpoch(_isTransfer).Write(ref writer);
        MessageEnvelope.Seal(message);
    }

    private void ReceiveNewEpoch(ReplicaId from, Epoch epoch, in NewEpoch request)
    {
        if (!IsOfThisEra(from, epoch) || !_membership.IsVoter(from))
        {
            return;
        }

        // An epoch is accepted from one replica only, or two could lead it.
        bool isNew = epoch > AcceptedEpoch;
        Mutant.Weaken("Z07", ref isNew, epoch >= AcceptedEpoch);
        bool isAccepted = epoch == AcceptedEpoch && from == _acceptedFrom;
        bool mayAccept = !HearsLeader || from == _leader || request.IsTransfer;
        Mutant.Weaken("Z14", ref mayAccept, true);
        if (isNew && mayAccept && !isAccepted)
        {
            StopHeading();
            AcceptEpoch(epoch, from);
            isAccepted = true;
        }

        if (isAccepted)
        {
            Follow(from);
            PersistId after = Barrier;
            Mutant.Weaken("Z08", ref after, PersistId.None);
            SendEnd(ZabMessage.AckEpoch, from, after, OwnEnd());
        }
    }

    private void SendEnd(ZabMessage type, ReplicaId to, PersistId after, in HistoryEnd end)
    {
        SpanWriter writer = BeginMessage(type, to, after, HistoryEnd.SizeBytes, out Span<byte> message);
        end.Write(ref writer);
        MessageEnvelope.Seal(message);
    }

    private void ReceiveAckEpoch(ReplicaId from, Epoch epoch, in HistoryEnd end)
    {
        if (!IsOfThisEra(from, epoch) || epoch != AcceptedEpoch || FindPeer(from) is not Follower follower)
        {
            return;
        }

        follower.IsActive = true;
        if (!follower.Accept(end))
        {
            return;
        }

        if (IsDiscovering)
        {
            _ticksSinceLeader = 0;
            ChooseHistory();
        }
        else
        {
            Synchronise(follower, end);
        }
    }

    // With the histories of a majority, its own among them when the epoch is synced, the new leader takes the best. It acquires what it lacks before it gives up anything.
    private void ChooseHistory()
    {
        bool mayChoose = IsDiscovering && !IsInstalling && _persists.LastSynced >= _accepting;
        if (!mayChoose || !Quorum.IsReached(WhoAccepted(), _membership))
        {
            return;
        }

        HistoryEnd best = OwnEnd();
        ReplicaId owner = _self;
        foreach (Follower? follower in _peers)
        {
            if (follower is { HasAccepted: true } && _membership.IsVoter(follower.Id) && Compare(follower.End, best) > 0)
            {
                best = follower.End;
                owner = follower.Id;
            }
        }

        if (best.Last < _committed)
        {
            // More was committed since that was said: a later epoch is at work.
            return;
        }

        if (owner == _self || (_log.Knows(best.Last) && _log.EpochAt(best.Last) == best.LastEpoch))
        {
            BeginSynchronising(best.Last);
        }
        else
        {
            FetchHistory(owner, best.Last);
        }
    }

    private ulong WhoAccepted()
    {
        ulong accepted = _membership.BitOf(_self);
        for (int slot = 0; slot < _peers.Length; slot++)
        {
            accepted |= _peers[slot] is { HasAccepted: true } ? 1UL << slot : 0;
        }

        return accepted;
    }

    private void FetchHistory(ReplicaId owner, EntryIndex last)
    {
        if (_donor != owner)
        {
            _donor = owner;
            _fetched = EntryIndex.Zero;
        }

        _wantedLast = last;
        AskForHistory(owner, EntryIndex.Max(EntryIndex.Min(_fetched, _log.Last), _committed));
    }

    private void AskForHistory(ReplicaId from, EntryIndex after)
    {
        if (_ticksSinceAsked == 0 && !IsInstalling)
        {
            _ticksSinceAsked = 1;
            SendName(ZabMessage.GetHistory, from, after, _log.EpochAt(after));
        }
    }

    // A question may have got lost, or its answer.
    private void TickRequests()
    {
        int patienceTicks = 1 + (_options.ElectionTicks / 4);
        _ticksSinceSnapshot++;
        _ticksSinceResume = _ticksSinceResume == 0 || _ticksSinceResume > patienceTicks ? 0 : _ticksSinceResume + 1;
        if (_ticksSinceAsked > 0 && ++_ticksSinceAsked > patienceTicks)
        {
            _ticksSinceAsked = 0;
            _fetched = EntryIndex.Zero;
            ChooseHistory();
        }
    }

    private void ReceiveGetHistory(ReplicaId from, Epoch epoch, in EntryName after)
    {
        // What was said in ACK-E stands still until the new leader has what it needs.
        bool isWhole = epoch == AcceptedEpoch && from == _acceptedFrom && CurrentEpoch < AcceptedEpoch;
        EntryIndex limit = isWhole ? _log.Last : _committed;
        if (after.Index < _log.First.Previous)
        {
            SendSnapshot(from);
        }
        else if (after.Index <= limit && _log.EpochAt(after.Index) == after.Epoch)
        {
            SendPart(ZabMessage.History, from, after.Index, limit);
        }
    }

    // Who is to lead takes the history that it chose from its owner; who is in an earlier era what is committed, from anybody. Everybody else is given what it lacks by its leader.
    private void ReceiveHistory(ReplicaId from, Epoch epoch, in LogPart part)
    {
        bool isChosen = IsDiscovering && epoch == AcceptedEpoch && from == _donor;
        bool isOfLaterEra = !IsHeading && EraNumber.Of(epoch) > Era;
        if (IsInstalling || (!isChosen && !isOfLaterEra))
        {
            return;
        }

        EntryIndex limit = EntryIndex.Min(part.Last, part.Committed);
        limit = isChosen ? EntryIndex.Max(limit, EntryIndex.Min(part.Last, _wantedLast)) : limit;
        if (!Matches(part.Previous, part.PreviousEpoch) || !TakeEntries(part.Entries, part.Count, limit))
        {
            return;
        }

        _ticksSinceAsked = 0;
        _ticksSinceLeader = isChosen ? 0 : _ticksSinceLeader;
        CommitTo(EntryIndex.Min(part.Committed, limit));
        if (part.Count == 0)
        {
            // Asking again at once would bring the same.
            return;
        }

        if (isChosen)
        {
            _fetched = limit;
            ChooseHistory();
        }
        else if (EraNumber.Of(epoch) > Era)
        {
            AskForHistory(from, EntryIndex.Max(limit, _committed));
        }
    }
}
