using Duramen.Consensus.Contract;
using Duramen.Consensus.Entries;
using Duramen.Consensus.Messages;
using Duramen.Consensus.Mutants;
using Duramen.Consensus.Quorums;
using Duramen.Consensus.Reads;
using Duramen.Consensus.Viewstamped.Messages;
using Duramen.Consensus.Viewstamped.Peers;
using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Viewstamped;

// What a primary does (4.1): takes proposals, sends them to its backups, counts who has them, answers reads, hands over, gives up.
internal sealed partial class ViewstampedReplica
{
    private readonly ReadQueue _reads = new();

    // By place in the membership; null at this replica's own.
    private Backup?[] _backups = [];
    private EntryIndex _viewStart;
    private EntryIndex _reached;
    private int _ticksSinceHeartbeat;
    private int _ticksSinceCount;

    // Whatever was committed in earlier views is in the log with which this one began; how much of that it was is known when all of it is on a majority again.
    private bool KnowsCommitted => _reached >= _viewStart;

    private protected override void Read(RequestToken token)
    {
        EntryIndex point = EntryIndex.Max(_committed, _viewStart);
        Mutant.Weaken("V11", ref point, _committed);
        if (_role != ReplicaRole.Leader)
        {
            _outbox.Reject(token, Rejection.NotLeader);
        }
        else if (_reads.Add(token, point))
        {
            StartReadRound();
        }
    }

    private protected override bool TryHandOverTo(NodeId to)
    {
        if (FindVoter(to) is not Backup backup)
        {
            return false;
        }

        _successor = backup.Id;
        HandOverTo(backup);
        return true;
    }

    private protected override Rejection? ReasonAgainstEntries()
    {
        // The entry that ends an era is its last.
        bool isEnding = IsChangePending;
        Mutant.Weaken("V13", ref isEnding, false);
        return isEnding ? Rejection.ChangePending : null;
    }

    private void Lead()
    {
        _role = ReplicaRole.Leader;
        _leader = _self;
        _ticksSinceCount = 0;
        _uncommittedBytes = 0;
        _reached = EntryIndex.Zero;
        _successor = ReplicaId.None;
        _backups = new Backup?[_membership.Count];
        for (int slot = 0; slot < _backups.Length; slot++)
        {
            ReplicaId member = _membership.Members[slot];
            _backups[slot] = member == _self ? null : new Backup(member, _viewStart);
        }

        SendHeartbeats();
        AdvanceCommit();
    }

    private void LeavePrimary()
    {
        _reads.Reject(_outbox);
        _successor = ReplicaId.None;
        _backups = [];
    }

    // It never leads this view again: others may have entries of it that this replica lost or forgot.
    private void GiveUp()
    {
        LeavePrimary();
        _role = ReplicaRole.Follower;
        _leader = ReplicaId.None;
        RestartTimer();
    }

    private void TickPrimary()
    {
        if (++_ticksSinceCount >= _options.ViewChangeTicks)
        {
            _ticksSinceCount = 0;
            if (!IsHeardByMajority())
            {
                GiveUp();
                return;
            }
        }

        TickTransfer(_options.ViewChangeTicks);
        if (++_ticksSinceHeartbeat >= _options.HeartbeatTicks)
        {
            SendHeartbeats();
        }
    }

    private bool IsHeardByMajority()
    {
        ulong active = _membership.BitOf(_self);
        for (int slot = 0; slot < _backups.Length; slot++)
        {
            if (_backups[slot] is Backup { IsActive: true } backup)
            {
                active |= 1UL << slot;
                backup.IsActive = false;
            }
        }

        return Quorum.IsReached(active, _membership);
    }

    private protected override void SendToAll()
    {
        foreach (Backup? backup in _backups)
        {
            if (backup is not null)
            {
                SendEntries(backup);
            }
        }
    }

    // The primary's own write is not waited for: a backup may have an entry on its disk before the primary has.
    private void SendEntries(Backup backup)
    {
        while (backup.Sent < _log.Last && backup.Sent >= _log.First.Previous
            && backup.Sent.Value - backup.Acknowledged.Value < _options.MaxEntriesInFlight)
        {
            backup.Sent = SendPart(ViewstampedMessage.Prepare, backup.Id, PersistId.None, backup.Sent, _log.Last);
        }
    }

    private void SendHeartbeats()
    {
        _ticksSinceHeartbeat = 0;
        foreach (Backup? backup in _backups)
        {
            if (backup is not null)
            {
                SendHeartbeat(backup);
            }
        }
    }

    // It names the last entry that was sent, so that a backup sees what it missed.
    private void SendHeartbeat(Backup backup)
    {
        EntryIndex last = EntryIndex.Max(backup.Sent, _log.First.Previous);
        SendPart(ViewstampedMessage.Prepare, backup.Id, PersistId.None, last, last);
    }

    private void ReceivePrepareOk(ReplicaId from, in PrepareOk response)
    {
        if (FindBackup(from) is not Backup backup || response.Last > _log.Last)
        {
            return;
        }

        backup.IsActive = true;
        bool isNews = backup.Acknowledge(response.Last, response.Round);
        ConfirmReads();
        if (isNews)
        {
            AdvanceCommit();
        }

        // Committing may have ended the era.
        if (_role == ReplicaRole.Leader)
        {
            SendEntries(backup);
            if (backup.Id == _successor)
            {
                HandOverTo(backup);
            }
        }
    }

    private void AdvanceCommit()
    {
        Span<EntryIndex> acknowledged = stackalloc EntryIndex[_membership.Count];
        for (int slot = 0; slot < _backups.Length; slot++)
        {
            acknowledged[slot] = _backups[slot]?.Acknowledged ?? EntryIndex.Zero;
        }

        EntryIndex synced = _persists.Synced;
        Mutant.Weaken("V10", ref synced, _log.Last);
        acknowledged[_membership.SlotOf(_self)] = synced;

        // The primary is one of the f + 1: it commits nothing that is not synced at home.
        _reached = EntryIndex.Min(synced, Quorum.Reached(acknowledged, _membership));
        if (_reached > _committed)
        {
            ReleaseBytes(_reached);
            CommitTo(_reached);
        }
    }

    private void ReleaseBytes(EntryIndex upTo)
    {
        for (EntryIndex index = EntryIndex.Max(_committed, _viewStart).Next; index <= upTo && _uncommittedBytes > 0; index = index.Next)
        {
            _uncommittedBytes -= _log.Read(index) is { Header.Kind: EntryKind.Records } entry ? entry.Payload.Length : 0;
        }
    }

    // A round of Prepares answered by a majority in this view: so none had gone to a later one when the round began, and nothing was committed in a later one.
    private void StartReadRound()
    {
        _reads.StartRound();
        SendHeartbeats();
        ConfirmReads();
    }

    private void ConfirmReads()
    {
        while (_reads.IsAsking)
        {
            bool isConfirmed = Quorum.IsReached(WhoAnswered(_reads.Round), _membership);
            Mutant.Weaken("V12", ref isConfirmed, true);
            if (!isConfirmed || !_reads.Confirm(_outbox))
            {
                return;
            }

            _reads.StartRound();
            SendHeartbeats();
        }
    }

    private ulong WhoAnswered(long round)
    {
        ulong answered = _membership.BitOf(_self);
        for (int slot = 0; slot < _backups.Length; slot++)
        {
            answered |= _backups[slot] is Backup backup && backup.Round >= round ? 1UL << slot : 0;
        }

        return answered;
    }

    private void HandOverTo(Backup backup)
    {
        if (backup.Acknowledged == _log.Last)
        {
            BeginMessage(ViewstampedMessage.TakeOver, backup.Id, PersistId.None, 0, out Span<byte> message);
            MessageEnvelope.Seal(message);
        }
    }

    private Backup? FindBackup(ReplicaId member)
    {
        int slot = _membership.SlotOf(member);
        return slot < 0 || _backups.Length == 0 ? null : _backups[slot];
    }

    private Backup? FindVoter(NodeId node)
    {
        foreach (ReplicaId voter in _voters)
        {
            if (voter.Node == node)
            {
                return FindBackup(voter);
            }
        }

        return null;
    }

    // Sends what follows an entry, up to another one or as much as a message takes; returns the last entry that is in it.
    private EntryIndex SendPart(ViewstampedMessage type, ReplicaId to, PersistId after, EntryIndex previous, EntryIndex upTo)
    {
        int count = CountForMessage(previous, upTo, _options.MaxMessageBytes, out int bytes);
        SpanWriter writer = BeginMessage(type, to, after, LogPart.FixedSizeBytes + bytes, out Span<byte> message);
        EntryIndex start = _role == ReplicaRole.Leader ? _viewStart : LogPart.NotStarted;
        LogPart.WriteFixed(ref writer, previous, _log.EpochAt(previous), _committed, start, _reads.Round, count);
        EntryIndex last = WriteEntries(ref writer, previous, count);
        MessageEnvelope.Seal(message);
        return last;
    }
}
