using Duramen.Consensus.Contract;
using Duramen.Consensus.Memberships;
using Duramen.Consensus.Messages;
using Duramen.Consensus.Mutants;
using Duramen.Consensus.Paxos.Messages;
using Duramen.Consensus.Paxos.Panels;
using Duramen.Consensus.Paxos.Peers;
using Duramen.Core.Binary;
using Duramen.Core.Errors;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Paxos;

// Who decides about which slot: the members brought by the last entry at least alpha slots before it ("Paxos Made Simple", 3). Whoever proposes for a slot knows all of those to be chosen.
internal sealed partial class PaxosReplica
{
    // The first is of the first open slot; the others begin later.
    private readonly List<Panel> _panels = [];
    private readonly List<Peer> _peers = [];

    // Slots with an entry that would bring other members and is not known to be chosen, in no order.
    private readonly List<EntryIndex> _openChanges = [];

    // A replica that is no voter keeps telling those who are how far everything is chosen, until a quorum of them knows that it is their turn.
    private ulong _told;

    private Panel Current => _panels[0];

    public override Membership UpcomingMembership => _openChanges.Count > 0 ? Decode(_log.Read(_openChanges.Max()).Payload) : _memberships.Latest;

    // From the entry that brings a membership to the first slot about which it decides.
    private long Lag
    {
        get
        {
            long alpha = _options.Alpha;
            Mutant.Weaken("P10", ref alpha, 1);
            return alpha;
        }
    }

    private protected override Rejection? ReasonAgainstChange()
    {
        if (ReasonAgainstEntries() is Rejection reason)
        {
            return reason;
        }

        if (!KnowsCommitted)
        {
            return Rejection.NotReady;
        }

        return _panels.Count > 1 || _openChanges.Count > 0 ? Rejection.ChangePending : null;
    }

    private Membership MembershipOf(EntryIndex slot) => _memberships.At(new EntryIndex(slot.Value - Lag));

    private void TakeMemberships(SnapshotMeta snapshot)
    {
        _memberships.Reset(new EntryIndex(snapshot.Index.Value + 1 - Lag), snapshot.Membership);
        foreach (UpcomingMembership upcoming in snapshot.Upcoming)
        {
            _memberships.Append(upcoming.Index, upcoming.Membership);
        }

        SeatPanels();
    }

    private void TakeMembershipsOfLog()
    {
        for (EntryIndex index = _log.First; index <= _log.Last; index = index.Next)
        {
            bool isHere = _log.Has(index);
            Invariant.Holds(isHere || index > _committed);
            if (!isHere || _log.HeaderAt(index).Kind != EntryKind.Configuration)
            {
                continue;
            }

            if (index <= _committed)
            {
                _memberships.Append(index, Decode(_log.Read(index).Payload));
            }
            else
            {
                _openChanges.Add(index);
            }
        }

        SeatPanels();
    }

    private void SeatPanels()
    {
        EntryIndex open = _committed.Next;
        Membership before = _panels.Count > 0 ? Current.Membership : Membership.Nobody;
        _panels.Clear();
        _panels.Add(new Panel(open, MembershipOf(open), _self, _options));
        foreach ((EntryIndex at, Membership membership) in _memberships.After(new EntryIndex(open.Value - Lag)))
        {
            _panels.Add(new Panel(new EntryIndex(at.Value + Lag), membership, _self, _options));
        }

        if (Current.Membership != before)
        {
            // Answers that were counted are of others.
            _granted = Current.Self;
            _refused = 0;
            _attempt++;
            _told = 0;
        }

        if (_role is ReplicaRole.Candidate or ReplicaRole.Leader)
        {
            SeatPeers();
        }
    }

    private Panel PanelOf(EntryIndex slot)
    {
        int at = _panels.Count - 1;
        while (at > 0 && _panels[at].From > slot)
        {
            at--;
        }

        return _panels[at];
    }

    // Everybody who decides about an open slot or is to learn of it. Who was there before keeps what is known of him.
    private void SeatPeers()
    {
        Peer[] before = [.. _peers];
        _peers.Clear();
        foreach (Panel panel in _panels)
        {
            panel.Peers = new Peer?[panel.Membership.Count];
            for (int slot = 0; slot < panel.Peers.Length; slot++)
            {
                ReplicaId member = panel.Membership.Members[slot];
                if (member != _self)
                {
                    panel.Peers[slot] = FindPeer(member) ?? Seat(Array.Find(before, peer => peer.Id == member) ?? new Peer(member, _committed, _options.Alpha));
                }
            }
        }
    }

    private Peer Seat(Peer peer)
    {
        _peers.Add(peer);
        return peer;
    }

    private void UnseatPeers()
    {
        foreach (Panel panel in _panels)
        {
            panel.Peers = [];
        }
    }

    private Peer? FindPeer(ReplicaId id)
    {
        foreach (Peer peer in _peers)
        {
            if (peer.Id == id)
            {
                return peer;
            }
        }

        return null;
    }

    private void TellNews()
    {
        if (Current.Membership.Count > 0 && !Current.IsVoter && !Current.CanPrepare(_told))
        {
            foreach (ReplicaId member in Current.Membership.Members)
            {
                if (member != _self && Current.Membership.IsVoter(member))
                {
                    SendNews(member, isAnswer: false);
                }
            }
        }
    }

    // That it is the turn of others is said when it is synced: then nobody needs the members before them any more.
    private void SendNews(ReplicaId to, bool isAnswer)
    {
        SpanWriter writer = BeginMessage(PaxosMessage.News, Promised, to, Barrier, News.SizeBytes, out Span<byte> message);
        new News(_committed, isAnswer).Write(ref writer);
        MessageEnvelope.Seal(message);
    }

    private void ReceiveNews(ReplicaId from, in News news)
    {
        if (news.Committed > _committed)
        {
            AskForChosen(from);
        }
        else if (!news.IsAnswer)
        {
            SendNews(from, isAnswer: true);
        }

        // The members in force here are known to whoever knows what brought them.
        EntryIndex began = new(_memberships.IndexAt(new EntryIndex(_committed.Value + 1 - Lag)).Value + Lag - 1);
        _told |= news.Committed >= began ? Current.Membership.BitOf(from) : 0;
    }
}
