using Duramen.Consensus.Contract;
using Duramen.Consensus.Messages;
using Duramen.Consensus.Mutants;
using Duramen.Consensus.Quorums;
using Duramen.Consensus.Zab.Messages;
using Duramen.Consensus.Zab.Peers;
using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Zab;

// Phase 2: every follower gets the history with which the epoch begins (DIFF, TRUNC, SNAP), and with NEWLEADER makes the epoch its current one. When a majority did, all of that history is
// committed and the epoch is established.
internal sealed partial class ZabReplica
{
    // The last entry of the history with which the epoch begins, and the write with which this replica began it.
    private EntryIndex _start;
    private Epoch _startEpoch;
    private PersistId _starting;
    private int _ticksSinceResume;
    private ReplicaId _snapshotSentTo;
    private int _ticksSinceSnapshot;

    private void BeginSynchronising(EntryIndex last)
    {
        if (_log.Last > last)
        {
            TruncateLog(last.Next);
        }

        _start = _log.Last;
        _startEpoch = _log.LastEpoch;
        SetHardState(AcceptedEpoch, AcceptedEpoch);
        _starting = _writing;
        _leader = _self;
        _ticksSinceCount = 0;
        foreach (Follower? follower in _peers)
        {
            if (follower is { HasAccepted: true })
            {
                Synchronise(follower, follower.End);
            }
            else if (follower is not null)
            {
                SendNewLeader(follower);
            }
        }

        EstablishEpoch();
    }

    private void SendNewLeader(Follower follower) => SendName(ZabMessage.NewLeader, follower.Id, _start, _startEpoch);

    // Whatever a follower has that is not in the leader's history is cut, also if its last entry is older than the leader's (ZOOKEEPER-1154).
    private void Synchronise(Follower follower, in HistoryEnd end)
    {
        if (end.Last < follower.Acknowledged)
        {
            // It said so before it had what it acknowledged since.
            return;
        }

        bool isKnown = _log.Knows(end.Last) && _log.EpochAt(end.Last) == end.LastEpoch;
        Mutant.Weaken("Z05", ref isKnown, _log.Knows(end.Last));
        if (end.Last < _log.First.Previous)
        {
            SendSnapshot(follower.Id);
        }
        else if (!isKnown)
        {
            SendTrunc(follower.Id, new EntryName(end.Last, end.LastEpoch));
        }
        else if (end.CurrentEpoch == AcceptedEpoch)
        {
            follower.GoBackTo(end.Last);
            SendEntries(follower);
        }
        else
        {
            SendHistory(follower, isAskedAgain: !follower.Resume(end.Last));
        }
    }

    // Parts of the history follow each other without waiting for answers, and NEWLEADER follows the last one. Each answer lets more of them go.
    private void SendHistory(Follower follower, bool isAskedAgain)
    {
        bool isEnd = isAskedAgain && follower.Sent >= _start;
        while (follower.Sent < _start && follower.Sent.Value - follower.Resumed.Value < _options.MaxEntriesInFlight)
        {
            follower.Sent = SendPart(ZabMessage.Diff, follower.Id, follower.Sent, _start);
            isEnd = follower.Sent == _start;
        }

        if (isEnd)
        {
            SendNewLeader(follower);
        }
    }

    private void SendTrunc(ReplicaId to, in EntryName wrong)
    {
        EntryIndex keep = LastThatCouldMatch(wrong.Index, wrong.Epoch);
        if (_log.EpochAt(keep) > wrong.Epoch)
        {
            // Where the two part was trimmed.
            SendSnapshot(to);
            return;
        }

        SpanWriter writer = BeginMessage(ZabMessage.Trunc, to, PersistId.None, Trunc.SizeBytes, out Span<byte> message);
        new Trunc(new EntryName(keep, _log.EpochAt(keep)), wrong).Write(ref writer);
        MessageEnvelope.Seal(message);
    }

    // Entries of a later epoch than that of the other's at that place cannot match: whole epochs are skipped at once.
    private EntryIndex LastThatCouldMatch(EntryIndex from, Epoch epoch)
    {
        EntryIndex index = EntryIndex.Min(from, _log.Last);
        while (index >= _log.First && _log.EpochAt(index) > epoch)
        {
            index = _log.StartOfRun(index).Previous;
        }

        return index;
    }

    private void SendSnapshot(ReplicaId to)
    {
        if (_snapshotSentTo != to || _ticksSinceSnapshot >= _options.ElectionTicks)
        {
            _snapshotSentTo = to;
            _ticksSinceSnapshot = 0;
            _outbox.WantSnapshot(to);
        }
    }

    // From here on what a follower does. Only who leads an epoch sends anything of phase 2 and 3, and a majority accepted the epoch from it: it is followed without being asked first.
    private bool IsFromLeader(ReplicaId from, Epoch epoch)
    {
        if (!IsOfThisEra(from, epoch) || !_membership.IsVoter(from))
        {
            return false;
        }

        bool isOld = epoch < AcceptedEpoch;
        Mutant.Weaken("Z01", ref isOld, false);
        if (isOld || (_leader == _self && epoch <= AcceptedEpoch))
        {
            return false;
        }

        if (epoch > AcceptedEpoch)
        {
            StopHeading();
            AcceptEpoch(epoch, from);
        }

        Follow(from);
        return true;
    }

    private void Follow(ReplicaId leader)
    {
        StopHeading();
        _leader = leader;
        _role = CurrentEpoch == AcceptedEpoch ? ReplicaRole.Follower : ReplicaRole.Recovering;
        RestartTimer();
    }

    private void ReceiveTrunc(ReplicaId from, Epoch epoch, in Trunc order)
    {
        bool hasWrong = IsFromLeader(from, epoch) && CurrentEpoch < epoch && order.Wrong.Index > _committed
            && _log.Knows(order.Wrong.Index) && _log.EpochAt(order.Wrong.Index) == order.Wrong.Epoch;
        if (!hasWrong)
        {
            return;
        }

        // Without that entry either, everything from its place on is another history too.
        EntryIndex last = EntryIndex.Max(_committed, LastThatCouldMatch(order.Keep.Index, order.Keep.Epoch));
        TruncateLog(last.Next);
        SendResume(from, last);
    }

    private void ReceiveDiff(ReplicaId from, Epoch epoch, in LogPart part)
    {
        if (!IsFromLeader(from, epoch) || CurrentEpoch == epoch)
        {
            return;
        }

        if (!IsBehind(part))
        {
            AskToResume(from);
            return;
        }

        HistoryEnd before = OwnEnd();
        if (TakeEntries(part.Entries, part.Count, part.Last))
        {
            CommitTo(EntryIndex.Min(part.Committed, part.Last));

            // Only what brings something new is answered, or a message that came twice would be answered for ever.
            if (AcceptedEpoch == epoch && OwnEnd() != before)
            {
                _ticksSinceResume = 0;
                SendResume(from, _log.Last);
            }
        }
    }

    // NEWLEADER is acknowledged when the whole history is synced, then that it is the history of this epoch: in that order (ZOOKEEPER-3911, 4643, 4646).
    private void ReceiveNewLeader(ReplicaId from, Epoch epoch, in EntryName start)
    {
        if (!IsFromLeader(from, epoch))
        {
            return;
        }

        bool isWhole = _log.Last == start.Index && _log.LastEpoch == start.Epoch;
        Mutant.Weaken("Z04", ref isWhole, true);
        if (CurrentEpoch < epoch && !isWhole)
        {
            AskToResume(from);
            return;
        }

        if (CurrentEpoch < epoch)
        {
            SetHardState(AcceptedEpoch, AcceptedEpoch);
            _role = ReplicaRole.Follower;
        }

        PersistId after = Barrier;
        Mutant.Weaken("Z03", ref after, PersistId.None);
        SendAck(from, epoch, round: 0, after);
    }

    private bool IsBehind(in LogPart part)
    {
        bool isBehind = Matches(part.Previous, part.PreviousEpoch);
        Mutant.Weaken("Z05", ref isBehind, part.Previous <= _log.Last);
        return isBehind;
    }

    // Many messages may follow one that got lost; it is asked for once.
    private void AskToResume(ReplicaId leader)
    {
        if (_ticksSinceResume == 0)
        {
            _ticksSinceResume = 1;
            SendResume(leader, _log.Last);
        }
    }

    // It promises nothing: the leader only learns where to go on.
    private void SendResume(ReplicaId to, EntryIndex after) =>
        SendEnd(ZabMessage.Resume, to, PersistId.None, new HistoryEnd(CurrentEpoch, after, _log.EpochAt(after)));

    private void ReceiveResume(ReplicaId from, Epoch epoch, in HistoryEnd end)
    {
        if (IsOfThisEra(from, epoch) && epoch == AcceptedEpoch && _leader == _self && FindPeer(from) is Follower follower)
        {
            follower.IsActive = true;
            Synchronise(follower, end);
        }
    }

    // The leader is one of those who must have begun the epoch, or not: a majority decides.
    private void EstablishEpoch()
    {
        if (_role != ReplicaRole.Candidate || _leader != _self)
        {
            return;
        }

        bool isEstablished = Quorum.IsReached(WhoBegan(), _membership);
        Mutant.Weaken("Z06", ref isEstablished, true);
        if (isEstablished)
        {
            Lead();
        }
    }

    private ulong WhoBegan()
    {
        ulong began = _persists.LastSynced >= _starting ? _membership.BitOf(_self) : 0;
        for (int slot = 0; slot < _peers.Length; slot++)
        {
            began |= _peers[slot] is { IsSynchronised: true } ? 1UL << slot : 0;
        }

        return began;
    }
}
