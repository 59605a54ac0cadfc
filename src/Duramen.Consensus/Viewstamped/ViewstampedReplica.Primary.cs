using Duramen.Consensus.Contract;
using Duramen.Consensus.Entries;
using Duramen.Consensus.Messages;
using Duramen.Consensus.Mutants;
using Duramen.Consensus.Quorums;
using Duramen.Consensus.Viewstamped.Messages;
using Duramen.Consensus.Viewstamped.Peers;
using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Viewstamped;

// What a primary does (4.1): takes proposals, sends them to its backups, counts who has them, answers reads, hands over, gives up.
internal sealed partial class ViewstampedReplica
{
    private EntryIndex _viewStart;
    private EntryIndex _reached;

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
        _peers = new Backup?[_membership.Count];
        for (int slot = 0; slot < _peers.Length; slot++)
        {
            ReplicaId member = _membership.Members[slot];
            _peers[slot] = member == _self ? null : new Backup(member, _viewStart);
        }

        SendHeartbeats();
        AdvanceCommit();
    }

    // It never leads this view again: others may have entries of it that this replica lost or forgot.
    private void GiveUp()
    {
        StopLeading();
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

    private protected override void SendEntries(Backup backup)
    {
        while (backup.Sent < _log.Last && backup.Sent >= _log.First.Previous
            && backup.Sent.Value - backup.Acknowledged.Value < _options.MaxEntriesInFlight)
        {
            backup.Sent = SendPart(ViewstampedMessage.Prepare, backup.Id, PersistId.None, backup.Sent, _log.Last);
        }
    }

    // It names the last entry that was sent, so that a backup sees what it missed.
    private protected override void SendHeartbeat(Backup backup)
    {
        EntryIndex last = EntryIndex.Max(backup.Sent, _log.First.Previous);
        SendPart(ViewstampedMessage.Prepare, backup.Id, PersistId.None, last, last);
    }

    private void ReceivePrepareOk(ReplicaId from, in PrepareOk response)
    {
        if (FindPeer(from) is not Backup backup || response.Last > _log.Last)
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
        for (int slot = 0; slot < _peers.Length; slot++)
        {
            acknowledged[slot] = _peers[slot]?.Acknowledged ?? EntryIndex.Zero;
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

    private protected override void HandOverTo(Backup backup)
    {
        if (backup.Acknowledged == _log.Last)
        {
            BeginMessage(ViewstampedMessage.TakeOver, backup.Id, PersistId.None, 0, out Span<byte> message);
            MessageEnvelope.Seal(message);
        }
    }

    // Sends what follows an entry, up to another one or as much as a message takes; returns the last entry that is in it.
    private EntryIndex SendPart(ViewstampedMessage type, ReplicaId to, PersistId after, EntryIndex previous, EntryIndex upTo)
    {
        int count = CountForMessage(previous, upTo, _options.MaxMessageBytes, out int bytes);
        SpanWriter writer = BeginMessage(type, to, after, ViewPart.FixedSizeBytes + bytes, out Span<byte> message);
        ViewPart.WriteStart(ref writer, _role == ReplicaRole.Leader ? _viewStart : ViewPart.NotStarted);
        LogPart.WriteFixed(ref writer, previous, _log.EpochAt(previous), _committed, _reads.Round, count);
        EntryIndex last = WriteEntries(ref writer, previous, count);
        MessageEnvelope.Seal(message);
        return last;
    }
}
