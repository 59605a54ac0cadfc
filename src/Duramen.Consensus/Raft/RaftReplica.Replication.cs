using Duramen.Consensus.Contract;
using Duramen.Consensus.Entries;
using Duramen.Consensus.Memberships;
using Duramen.Consensus.Messages;
using Duramen.Consensus.Mutants;
using Duramen.Consensus.Raft.Messages;
using Duramen.Consensus.Raft.Peers;
using Duramen.Core.Binary;
using Duramen.Core.Errors;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Raft;

// Replication (thesis 3.5): the leader sends what follows the last entry that it believes a member has; the member takes it if it has that one.
internal sealed partial class RaftReplica
{
    // It names the last entry that was sent, so that its answer shows at once when one got lost.
    private protected override void SendHeartbeat(Peer peer)
    {
        if (peer.State == PeerState.Snapshot && ++peer.SnapshotTicks >= _options.ElectionTicks)
        {
            RequestSnapshot(peer);
        }

        peer.IsProbing = false;
        if (peer.State == PeerState.Probe && peer.Next <= _log.Last)
        {
            SendEntries(peer);
        }
        else if (_log.Knows(peer.Next.Previous))
        {
            SendAppend(peer, 0, 0);
        }
        else if (peer.State != PeerState.Snapshot)
        {
            RequestSnapshot(peer);
        }
        else
        {
            // Trimmed further since the snapshot was asked for: it only learns that there is a leader.
            SendAppend(peer, _log.First.Previous, 0, 0);
        }
    }

    private protected override void SendEntries(Peer peer)
    {
        while (peer.Next <= _log.Last && peer.MaySend)
        {
            if (peer.Next < _log.First)
            {
                RequestSnapshot(peer);
                return;
            }

            int count = CountForMessage(peer.Next.Previous, _log.Last, _options.MaxMessageBytes, out int bytes);
            SendAppend(peer, count, bytes);
        }
    }

    private void SendAppend(Peer peer, int count, int entryBytes) => SendAppend(peer, peer.Next.Previous, count, entryBytes);

    private void SendAppend(Peer peer, EntryIndex previous, int count, int entryBytes)
    {
        SpanWriter writer = BeginMessage(
            RaftMessage.AppendRequest, peer.Id, PersistId.None, LogPart.FixedSizeBytes + entryBytes, out Span<byte> message);
        LogPart.WriteFixed(ref writer, previous, _log.EpochAt(previous), _committed, _reads.Round, count);
        EntryIndex last = WriteEntries(ref writer, previous, count);
        MessageEnvelope.Seal(message);
        if (count > 0)
        {
            peer.Sent(last);
        }
    }

    private void ReceiveAppend(ReplicaId from, Epoch term, in LogPart part)
    {
        if (term < Term)
        {
            // Tells a leader that others went on without it; also frees a replica whose term went ahead of everybody's.
            Respond(from, new AppendResponse(false, part.Previous, EntryIndex.Zero, Epoch.Zero, 0));
            return;
        }

        Invariant.Holds(term > Term || _role != ReplicaRole.Leader);
        Follow(term, from);
        if (part.Previous < _committed)
        {
            Respond(from, new AppendResponse(true, part.Previous, _committed, Epoch.Zero, part.Round));
        }
        else if (!_log.Knows(part.Previous) || _log.EpochAt(part.Previous) != part.PreviousEpoch)
        {
            EntryIndex last = EntryIndex.Max(_committed, LastThatCouldMatch(part.Previous, part.PreviousEpoch));
            Respond(from, new AppendResponse(false, part.Previous, last, _log.EpochAt(last), part.Round));
        }
        else if (TakeEntries(part))
        {
            CommitTo(EntryIndex.Min(part.Committed, part.Last));
            Respond(from, new AppendResponse(true, part.Previous, part.Last, Epoch.Zero, part.Round));
        }
    }

    // False when an entry is not what it says it is, in which case nothing of the message is taken.
    private bool TakeEntries(in LogPart part)
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
            EntryIndex index = entry.Header.Index;
            if (index <= _log.Last)
            {
                bool isSame = _log.EpochAt(index) == entry.Header.Epoch;
                Mutant.Weaken("R07", ref isSame, false);
                if (isSame)
                {
                    continue;
                }

                // Only a real conflict removes anything: an old message is no reason (thesis 3.5).
                Invariant.Holds(index > _committed);
                TruncateLog(index);
            }

            AppendToLog(entry.Header, entry.Payload);
        }

        return true;
    }

    // Entries of a later term than the leader's at that place cannot match: whole terms are skipped at once (thesis 3.5, last paragraph).
    private EntryIndex LastThatCouldMatch(EntryIndex from, Epoch term)
    {
        EntryIndex index = EntryIndex.Min(from, _log.Last);
        while (index >= _log.First && _log.EpochAt(index) > term)
        {
            index = _log.StartOfRun(index).Previous;
        }

        return index;
    }

    private void Respond(ReplicaId to, in AppendResponse response)
    {
        PersistId after = Barrier;
        Mutant.Weaken("R05", ref after, PersistId.None);
        SpanWriter writer = BeginMessage(RaftMessage.AppendResponse, to, after, AppendResponse.SizeBytes, out Span<byte> message);
        response.Write(ref writer);
        MessageEnvelope.Seal(message);
    }

    private void ReceiveAppendResponse(ReplicaId from, in AppendResponse response)
    {
        int slot = Membership.SlotOf(from);
        if (slot < 0 || _peers[slot] is not Peer peer || response.Index > _log.Last)
        {
            return;
        }

        peer.IsActive = true;
        peer.Answer(response.Round);
        ConfirmReads();
        if (response.IsMatch)
        {
            if (peer.Match(response.Index))
            {
                AdvanceCommit();
            }
        }
        else
        {
            peer.Refuse(response.Previous, LastThatCouldMatch(response.Index, response.Term).Next);
        }

        // Committing may have ended this leadership, or the peer's membership.
        if (_role == ReplicaRole.Leader)
        {
            SendEntries(peer);
            if (peer.Id == _successor)
            {
                HandOverTo(peer);
            }
        }
    }
}
