using Duramen.Consensus.Contract;
using Duramen.Consensus.Entries;
using Duramen.Consensus.Memberships;
using Duramen.Consensus.Messages;
using Duramen.Consensus.Mutants;
using Duramen.Consensus.Paxos.Messages;
using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Paxos;

// What an acceptor does ("Paxos Made Simple", 2.2): promises, tells what it accepted, accepts. It does so whatever membership it knows of, since it may be a voter without knowing it yet.
internal sealed partial class PaxosReplica
{
    /// <summary>So far behind what it knows to be chosen a replica accepts nothing; it catches up first. Bounds the memory that gaps take.</summary>
    private const int MaxSlotsAhead = 65_536;

    // Every slot up to here is accepted in the promised ballot or known to be chosen.
    private EntryIndex _acceptedThrough;

    private void ReceivePrepare(ReplicaId from, Epoch ballot, in Prepare request)
    {
        if (ballot < Promised)
        {
            SendRefusal(from);
            return;
        }

        if (ballot > Promised)
        {
            // Who hears its leader helps nobody to depose it.
            bool mayPromise = !HearsLeader || request.IsTransfer;
            Mutant.Weaken("P14", ref mayPromise, true);
            if (!mayPromise)
            {
                return;
            }

            Join(ballot, ReplicaId.None);
        }

        if (_role is ReplicaRole.Follower or ReplicaRole.Prospect)
        {
            _role = ReplicaRole.Follower;
            RestartTimer();
            SendPromise(from, ballot, request.From);
        }
    }

    // From now on it takes part in that ballot and none before, also after a restart.
    private void Join(Epoch ballot, ReplicaId leader)
    {
        StopProposing();
        _role = ReplicaRole.Follower;
        _leader = leader;
        SetPromised(ballot);
        RestartTimer();
    }

    private void SendPromise(ReplicaId to, Epoch ballot, EntryIndex from)
    {
        EntryIndex first = EntryIndex.Max(from, _committed.Next);
        EntryIndex through = first.Previous;
        int count = 0;
        int bytes = 0;
        for (EntryIndex index = first; index <= _log.Last && bytes < _options.MaxMessageBytes && count < ConsensusLimits.MaxEntriesPerMessage; index = index.Next)
        {
            through = index;
            if (_log.Has(index))
            {
                bytes += EntryCodec.SizeOf(_log.Read(index));
                count++;
            }
        }

        // What was trimmed is chosen: of that it says how far it goes, never that nothing was accepted.
        EntryIndex committed = _committed;
        Mutant.Weaken("P13", ref committed, EntryIndex.Zero);
        PersistId after = Barrier;
        Mutant.Weaken("P04", ref after, PersistId.None);
        SpanWriter writer = BeginMessage(PaxosMessage.Promise, ballot, to, after, Promise.FixedSizeBytes + bytes, out Span<byte> message);
        Promise.WriteFixed(ref writer, from, committed, through >= _log.Last ? Promise.Everything : through, count);
        for (EntryIndex index = first; index <= through; index = index.Next)
        {
            if (_log.Has(index))
            {
                EntryView entry = _log.Read(index);
                EntryCodec.Write(entry, writer.Take(EntryCodec.SizeOf(entry)));
            }
        }

        MessageEnvelope.Seal(message);
    }

    private void ReceiveAccept(ReplicaId from, Epoch ballot, in Accept request)
    {
        bool isOld = ballot < Promised;
        Mutant.Weaken("P03", ref isOld, false);
        if (isOld)
        {
            SendRefusal(from);
            return;
        }

        if (ballot > Promised)
        {
            Join(ballot, from);
        }

        // Nobody proposes further behind what he knows to be chosen.
        bool isInWindow = request.Last.Value - request.Committed.Value <= _options.Alpha;
        Mutant.Weaken("P12", ref isInWindow, true);
        if (_role is ReplicaRole.Leader or ReplicaRole.Candidate || !isInWindow || !HasMemberships(request.Entries, request.Count))
        {
            return;
        }

        HearLeader(from);
        if (request.Last.Value - _committed.Value <= MaxSlotsAhead)
        {
            AcceptEntries(ballot, request);
            LearnThrough(request.Committed, ballot);
            SendAccepted(from, ballot, request);
        }

        if (request.Committed > _committed)
        {
            AskForChosen(from);
        }
    }

    private void AcceptEntries(Epoch ballot, in Accept request)
    {
        SpanReader entries = request.Entries;
        for (int i = 0; i < request.Count; i++)
        {
            EntryCodec.TryRead(ref entries, out EntryView entry);
            EntryIndex index = entry.Header.Index;
            if (index > _committed && (!_log.Has(index) || _log.HeaderAt(index).AcceptedIn != ballot))
            {
                Store(entry.Header with { AcceptedIn = ballot }, entry.Payload);
            }
        }

        while (_log.Has(_acceptedThrough.Next) && _log.HeaderAt(_acceptedThrough.Next).AcceptedIn == Promised)
        {
            _acceptedThrough = _acceptedThrough.Next;
        }
    }

    // The leader proposes one value for a slot. So where it says that the slot is chosen, what was accepted from it is what was chosen; what another ballot left there may not be.
    private void LearnThrough(EntryIndex committed, Epoch ballot)
    {
        while (_committed < committed && _log.Has(_committed.Next))
        {
            bool isOfBallot = _log.HeaderAt(_committed.Next).AcceptedIn == ballot;
            Mutant.Weaken("P17", ref isOfBallot, true);
            if (!isOfBallot)
            {
                return;
            }

            CommitNext();
        }
    }

    private void SendAccepted(ReplicaId to, Epoch ballot, in Accept request)
    {
        PersistId after = Barrier;
        Mutant.Weaken("P15", ref after, PersistId.None);
        SpanWriter writer = BeginMessage(PaxosMessage.Accepted, ballot, to, after, Accepted.SizeBytes, out Span<byte> message);
        new Accepted(_acceptedThrough, request.First, request.Last, request.Round).Write(ref writer);
        MessageEnvelope.Seal(message);
    }

    // It names the ballot that was promised, so that the proposer's next one is higher.
    private void SendRefusal(ReplicaId to)
    {
        BeginMessage(PaxosMessage.Refusal, Promised, to, PersistId.None, 0, out Span<byte> message);
        MessageEnvelope.Seal(message);
    }

    private static bool HasMemberships(SpanReader entries, int count)
    {
        bool areValid = true;
        for (int i = 0; i < count && EntryCodec.TryRead(ref entries, out EntryView entry); i++)
        {
            areValid &= entry.Header.Kind != EntryKind.Configuration || Membership.TryRead(entry.Payload, out _);
        }

        return areValid;
    }
}
