using Duramen.Consensus.Contract;
using Duramen.Consensus.Messages;
using Duramen.Consensus.Mutants;
using Duramen.Consensus.Quorums;
using Duramen.Consensus.Raft.Messages;
using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Raft;

// Elections (thesis 3.4, 3.6.1): whoever misses the leader asks first whether it could win (pre-vote, 9.6), then for votes.
internal sealed partial class RaftReplica
{
    private int _ticksSinceLeader;
    private int _electionTimeoutTicks;
    private ulong _granted;
    private ulong _refused;
    private PersistId _ownVote;

    // A member that hears from its leader helps nobody to depose it (thesis 4.2.3). A leader hears from itself; that a majority hears it too it checks on its own.
    private bool HearsLeader => _role == ReplicaRole.Leader || (_leader != ReplicaId.None && _ticksSinceLeader < _options.ElectionTicks);

    // One that is being removed stands too while that is not committed: its log may be the one that the others wait for. Its own vote does not count then (thesis 4.2.2).
    private bool MayStand => Membership.IsVoter(_self) || _memberships.At(_committed).IsVoter(_self);

    private void RestartElectionTimer()
    {
        _ticksSinceLeader = 0;
        _electionTimeoutTicks = _options.ElectionTicks + _chance.NextInt32(_options.ElectionTicks);
    }

    private void TickElection()
    {
        _ticksSinceLeader++;
        if (_ticksSinceLeader >= _electionTimeoutTicks && MayStand)
        {
            AskWhetherItCouldWin();
        }
    }

    private void AskWhetherItCouldWin()
    {
        _role = ReplicaRole.Prospect;
        _leader = ReplicaId.None;
        RestartElectionTimer();
        _refused = 0;
        _granted = Membership.BitOf(_self);
        bool couldWin = Quorum.IsReached(_granted, Membership);
        Mutant.Weaken("R14", ref couldWin, true);
        if (couldWin)
        {
            StandForElection(isTransfer: false);
            return;
        }

        RequestVotes(new VoteRequest(Term.Number + 1, _log.Last, _log.LastEpoch, IsPreVote: true, IsTransfer: false));
    }

    private void StandForElection(bool isTransfer)
    {
        _role = ReplicaRole.Candidate;
        _leader = ReplicaId.None;
        RestartElectionTimer();
        SetHardState(new HardState(new Epoch(Term.Number + 1), Vote: _self));
        _refused = 0;
        _granted = 0;
        _ownVote = _writing;
        RequestVotes(new VoteRequest(Term.Number, _log.Last, _log.LastEpoch, IsPreVote: false, isTransfer));
    }

    // Its own vote counts like any other: when it is synced.
    private void CountOwnVote()
    {
        if (_role == ReplicaRole.Candidate && _persists.LastSynced >= _ownVote)
        {
            CountVote(_self, isGranted: true);
        }
    }

    private void RequestVotes(in VoteRequest request)
    {
        foreach (ReplicaId member in Membership.Members)
        {
            if (member != _self && Membership.IsVoter(member))
            {
                SpanWriter writer = BeginMessage(RaftMessage.VoteRequest, member, Barrier, VoteRequest.SizeBytes, out Span<byte> message);
                request.Write(ref writer);
                MessageEnvelope.Seal(message);
            }
        }
    }

    private void ReceiveVoteRequest(ReplicaId from, Epoch senderTerm, in VoteRequest request)
    {
        if (request.IsPreVote)
        {
            // Promises nothing and changes nothing, whatever the term.
            Answer(from, request, request.Term > Term.Number && !HearsLeader && IsUpToDate(request), PersistId.None);
            return;
        }

        bool mayDepose = !HearsLeader || request.IsTransfer;
        Mutant.Weaken("R14", ref mayDepose, true);
        if (senderTerm > Term && !mayDepose)
        {
            return;
        }

        bool isThisTerm = IsOfThisTerm(senderTerm);
        Mutant.Weaken("R02", ref isThisTerm, true);
        bool isFree = _hard.Vote == ReplicaId.None || _hard.Vote == from;
        Mutant.Weaken("R02", ref isFree, true);
        bool isGranted = isThisTerm && isFree && IsUpToDate(request) && _role is (ReplicaRole.Follower or ReplicaRole.Prospect);
        if (isGranted && _hard.Vote != from)
        {
            SetHardState(_hard with { Vote = from });
            _role = ReplicaRole.Follower;
            RestartElectionTimer();
        }

        PersistId after = Barrier;
        Mutant.Weaken("R03", ref after, PersistId.None);
        Answer(from, request, isGranted, after);
    }

    // The longer log of the later term holds everything that was committed (thesis 3.6.1).
    private bool IsUpToDate(in VoteRequest request)
    {
        bool isUpToDate = request.LastTerm > _log.LastEpoch || (request.LastTerm == _log.LastEpoch && request.LastIndex >= _log.Last);
        Mutant.Weaken("R01", ref isUpToDate, true);
        return isUpToDate;
    }

    private void Answer(ReplicaId to, in VoteRequest request, bool isGranted, PersistId after)
    {
        SpanWriter writer = BeginMessage(RaftMessage.VoteResponse, to, after, VoteResponse.SizeBytes, out Span<byte> message);
        new VoteResponse(request.Term, request.IsPreVote, isGranted).Write(ref writer);
        MessageEnvelope.Seal(message);
    }

    private void ReceiveVoteResponse(ReplicaId from, in VoteResponse response)
    {
        bool isAwaited = response.IsPreVote
            ? _role == ReplicaRole.Prospect && response.Term == Term.Number + 1
            : _role == ReplicaRole.Candidate && response.Term == Term.Number;
        if (isAwaited)
        {
            CountVote(from, response.IsGranted);
        }
    }

    private void CountVote(ReplicaId from, bool isGranted)
    {
        if (isGranted)
        {
            _granted |= Membership.BitOf(from);
        }
        else
        {
            _refused |= Membership.BitOf(from);
        }

        if (Quorum.IsReached(_granted, Membership))
        {
            if (_role == ReplicaRole.Prospect)
            {
                StandForElection(isTransfer: false);
            }
            else
            {
                Lead();
            }
        }
        else if (Quorum.IsLost(_refused, Membership))
        {
            Follow(Term, ReplicaId.None);
        }
    }

    private void ReceiveTakeOver(ReplicaId from)
    {
        if (_role == ReplicaRole.Follower && from == _leader && MayStand)
        {
            StandForElection(isTransfer: true);
        }
    }
}
