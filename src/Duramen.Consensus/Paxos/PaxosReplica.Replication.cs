using Duramen.Consensus.Contract;
using Duramen.Consensus.Entries;
using Duramen.Consensus.Messages;
using Duramen.Consensus.Mutants;
using Duramen.Consensus.Paxos.Messages;
using Duramen.Consensus.Paxos.Panels;
using Duramen.Consensus.Paxos.Peers;
using Duramen.Core.Binary;
using Duramen.Core.Errors;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Paxos;

// Phase 2: a leader's proposals go to everybody, and what a quorum accepted is chosen.
internal sealed partial class PaxosReplica
{
    private protected override void SendToAll()
    {
        Invariant.Holds(_role == ReplicaRole.Leader);
        foreach (Peer peer in _peers)
        {
            SendEntries(peer);
        }
    }

    private void SendEntries(Peer peer)
    {
        EntryIndex last = EntryIndex.Min(_next.Previous, new EntryIndex(peer.Through.Value + _options.MaxEntriesInFlight));
        while (peer.Next <= last)
        {
            SendAccept(peer, last);
        }
    }

    private void SendHeartbeats()
    {
        _ticksSinceHeartbeat = 0;
        foreach (Peer peer in _peers)
        {
            // What was not answered may have got lost. Of what is chosen it asks itself.
            if (peer.LosesPatience(_options.ElectionTicks))
            {
                peer.Next = EntryIndex.Max(peer.Through, _committed).Next;
            }

            SendAccept(peer, peer.Next.Previous);
            SendEntries(peer);
        }
    }

    // The leader's own write is not waited for: another may have an entry on its disk before the leader has.
    private void SendAccept(Peer peer, EntryIndex upTo)
    {
        int count = 0;
        int bytes = 0;
        for (EntryIndex index = peer.Next; index <= upTo && bytes < _options.MaxMessageBytes && count < ConsensusLimits.MaxEntriesPerMessage; index = index.Next)
        {
            bytes += SizeOf(_log.Read(index));
            count++;
        }

        SpanWriter writer = BeginMessage(PaxosMessage.Accept, Promised, peer.Id, PersistId.None, Accept.FixedSizeBytes + bytes, out Span<byte> message);
        Accept.WriteFixed(ref writer, peer.Next, _committed, _reads.Round, count);
        for (int i = 0; i < count; i++)
        {
            EntryView entry = _log.Read(peer.Next);
            EntryCodec.Write(new EntryView(AsMade(entry.Header), entry.Payload), writer.Take(SizeOf(entry)));
            peer.Next = peer.Next.Next;
        }

        MessageEnvelope.Seal(message);
    }

    // The message names the ballot in which its entries are to be accepted; they need not do so again.
    private static EntryHeader AsMade(in EntryHeader header) => header with { AcceptedIn = header.Epoch };

    private static int SizeOf(in EntryView entry) => EntryCodec.SizeOf(AsMade(entry.Header), entry.Payload.Length);

    private void ReceiveAccepted(ReplicaId from, Epoch ballot, in Accepted response)
    {
        bool isOfBallot = ballot == Promised;
        Mutant.Weaken("P06", ref isOfBallot, true);
        if (!isOfBallot || _role != ReplicaRole.Leader || FindPeer(from) is not Peer peer)
        {
            return;
        }

        peer.IsActive = true;
        peer.Round = Math.Max(peer.Round, response.Round);
        ConfirmReads();

        // It may know more to be chosen than this leader has proposed for yet.
        EntryIndex last = _next.Previous;
        if (peer.Accept(EntryIndex.Min(response.Through, last), EntryIndex.Max(response.First, _committed.Next), EntryIndex.Min(response.Last, last)))
        {
            AdvanceCommit();
        }

        // Committing may have ended this leadership, or the peer's membership.
        if (_role == ReplicaRole.Leader && _peers.Contains(peer))
        {
            SendEntries(peer);
            if (peer.Id == _successor)
            {
                HandOverTo(peer);
            }
        }
    }

    private void AdvanceCommit()
    {
        _next = EntryIndex.Max(_next, _committed.Next);
        while (_committed.Next < _next && IsChosen(Current, _committed.Next))
        {
            CommitNext();
        }

        foreach (Peer peer in _peers)
        {
            peer.Next = EntryIndex.Max(peer.Next, _committed.Next);
        }

        if (!Current.IsVoter)
        {
            LeaveToOthers();
            return;
        }

        FillSlots();
        ConfirmReads();
    }

    private bool IsChosen(Panel panel, EntryIndex slot)
    {
        // What this replica proposed it accepted itself, when that is synced.
        bool isSynced = _log.WriteOf(slot) <= _lastSynced;
        Mutant.Weaken("P08", ref isSynced, true);
        bool isChosen = panel.CanAccept(panel.Accepted(slot) | (isSynced ? panel.Self : 0));
        Mutant.Weaken("P07", ref isChosen, isChosen || _log.HeaderAt(slot).Kind == EntryKind.Nothing);
        return isChosen;
    }

    private void Close(EntryIndex slot)
    {
        foreach (Peer peer in _peers)
        {
            peer.Close(slot);
        }

        if (_uncommittedBytes > 0 && _log.Read(slot) is { Header.Kind: EntryKind.Records } entry && entry.Header.Epoch == Promised)
        {
            _uncommittedBytes -= entry.Payload.Length;
        }
    }
}
