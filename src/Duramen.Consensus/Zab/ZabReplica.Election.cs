using Duramen.Consensus.Contract;
using Duramen.Consensus.Messages;
using Duramen.Consensus.Mutants;
using Duramen.Consensus.Quorums;
using Duramen.Consensus.Zab.Messages;
using Duramen.Consensus.Zab.Peers;
using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Zab;

// Phase 0 (the paper's leader oracle; Fast Leader Election in Medeiros 2012): whoever misses the leader says so, with the end of its history, and would follow the best it hears of. Nothing
// here is promised or written: safety is discovery's.
internal sealed partial class ZabReplica
{
    // By place in the membership, while this replica looks.
    private Looker?[] _lookers = [];
    private ReplicaId _supported;
    private int _ticksSinceLeader;
    private int _electionTimeoutTicks;
    private int _ticksSinceLook;

    private bool IsLooking => _role == ReplicaRole.Prospect;

    // A member that hears from its leader helps nobody to depose it. A leader hears from itself; that a majority hears it too it checks on its own.
    private bool HearsLeader => _leader == _self || (_leader != ReplicaId.None && _ticksSinceLeader < _options.ElectionTicks);

    // How long it waits for somebody better before it would follow the best it heard of; the finalizeWait of Fast Leader Election.
    private int LookTicks => 1 + (_options.ElectionTicks / 10);

    private void RestartTimer()
    {
        _ticksSinceLeader = 0;
        _electionTimeoutTicks = _options.ElectionTicks + _chance.NextInt32(_options.ElectionTicks);
    }

    private void TickElection()
    {
        _ticksSinceLeader++;
        if (IsLooking)
        {
            TickLooking();
        }
        else if (_ticksSinceLeader >= _electionTimeoutTicks && _membership.IsVoter(_self))
        {
            BeginLooking();
            SendLooks();
            StandIfSupported();
        }
    }

    private void TickLooking()
    {
        foreach (Looker? looker in _lookers)
        {
            looker?.Tick();
        }

        if (++_ticksSinceLook >= LookTicks)
        {
            SendLooks();
            _supported = ReplicaId.None;
            SupportBest();
        }
    }

    private void BeginLooking()
    {
        _role = ReplicaRole.Prospect;
        _leader = ReplicaId.None;
        _supported = ReplicaId.None;
        _lookers = new Looker?[_membership.Count];
        foreach (ReplicaId voter in _voters)
        {
            _lookers[_membership.SlotOf(voter)] = voter == _self ? null : new Looker();
        }
    }

    private void SendLooks()
    {
        _ticksSinceLook = 0;
        for (int slot = 0; slot < _lookers.Length; slot++)
        {
            if (_lookers[slot] is Looker looker)
            {
                SendLook(_membership.Members[slot], looker);
            }
        }
    }

    private void SendLook(ReplicaId to, Looker looker)
    {
        looker.IsTold = looker.IsHeard(_options.ElectionTicks);
        SpanWriter writer = BeginMessage(ZabMessage.Look, to, PersistId.None, Look.SizeBytes, out Span<byte> message);
        new Look(OwnEnd(), looker.IsTold).Write(ref writer);
        MessageEnvelope.Seal(message);
    }

    private void ReceiveLook(ReplicaId from, Epoch accepted, in Look look)
    {
        if (!IsOfThisEra(from, accepted) || !_membership.IsVoter(from))
        {
            return;
        }

        if (IsHeading)
        {
            AnswerSeeker(from, accepted);
        }
        else if (MayLook())
        {
            bool isFirst = !IsLooking;
            Looker looker = JoinLooking(from);
            looker.Hear(look);
            if (isFirst)
            {
                SendLooks();
            }
            else if (!looker.IsTold)
            {
                SendLook(from, looker);
            }

            if (KnowsAll())
            {
                SupportBest();
            }
        }
    }

    // When everybody is heard nobody better can come.
    private bool KnowsAll()
    {
        foreach (Looker? looker in _lookers)
        {
            if (looker is not null && !IsEligible(looker))
            {
                return false;
            }
        }

        return true;
    }

    // One that does not hear this replica would never lead it.
    private bool IsEligible(Looker looker) => looker.HearsMe && looker.IsHeard(_options.ElectionTicks);

    private bool MayLook()
    {
        bool mayLook = !HearsLeader;
        Mutant.Weaken("Z14", ref mayLook, true);
        return mayLook && _membership.IsVoter(_self);
    }

    private Looker JoinLooking(ReplicaId asker)
    {
        if (!IsLooking)
        {
            BeginLooking();
        }

        return _lookers[_membership.SlotOf(asker)]!;
    }

    // Somebody heads an epoch already: this replica. It says so with every heartbeat; but one that accepted a later epoch can follow only in a later one still.
    private void AnswerSeeker(ReplicaId from, Epoch accepted)
    {
        if (accepted > AcceptedEpoch && FindPeer(from) is not null)
        {
            BeginDiscovery(accepted, isTransfer: false);
        }
    }

    // CEPOCH goes to whoever has the best history.
    private void SupportBest()
    {
        HistoryEnd best = OwnEnd();
        ReplicaId owner = _self;
        for (int slot = 0; slot < _lookers.Length; slot++)
        {
            ReplicaId member = _membership.Members[slot];
            if (_lookers[slot] is Looker looker && IsEligible(looker) && IsBetter(looker.End, member, best, owner))
            {
                best = looker.End;
                owner = member;
            }
        }

        if (owner != _supported && owner != _self)
        {
            SendBare(ZabMessage.CEpoch, owner);
        }

        _supported = owner;
    }

    // Of two histories of equal end the replica with the higher id is taken, so that all take the same.
    private static bool IsBetter(in HistoryEnd end, ReplicaId owner, in HistoryEnd best, ReplicaId bestOwner)
    {
        int order = Compare(end, best);
        return order > 0 || (order == 0 && owner > bestOwner);
    }

    private void ReceiveCEpoch(ReplicaId from, Epoch accepted)
    {
        if (!IsOfThisEra(from, accepted) || !_membership.IsVoter(from))
        {
            return;
        }

        if (IsHeading)
        {
            AnswerSeeker(from, accepted);
        }
        else if (MayLook())
        {
            bool isFirst = !IsLooking;
            JoinLooking(from).Support(accepted);
            if (isFirst)
            {
                SendLooks();
            }

            StandIfSupported();
        }
    }

    private void StandIfSupported()
    {
        ulong supporters = _membership.BitOf(_self);
        Epoch latest = AcceptedEpoch;
        for (int slot = 0; slot < _lookers.Length; slot++)
        {
            if (_lookers[slot] is Looker looker && looker.IsSupporter(_options.ElectionTicks))
            {
                supporters |= 1UL << slot;
                latest = Epoch.Max(latest, looker.Accepted);
            }
        }

        if (Quorum.IsReached(supporters, _membership))
        {
            BeginDiscovery(latest, isTransfer: false);
        }
    }
}
