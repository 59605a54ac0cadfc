using System.Numerics;
using Duramen.Consensus.Contract;
using Duramen.Consensus.Memberships;
using Duramen.Consensus.Mutants;
using Duramen.Consensus.Paxos.Peers;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Paxos.Panels;

/// <summary>Who decides about the slots from one on, and how many of them it takes: a membership with the quorums of both phases.</summary>
internal sealed class Panel
{
    private readonly int _prepare;
    private readonly int _accept;
    private readonly ulong _self;

    public Panel(EntryIndex from, Membership membership, ReplicaId self, PaxosOptions options)
    {
        From = from;
        Membership = membership;
        _self = membership.BitOf(self) & membership.Voters;
        int voters = BitOperations.PopCount(membership.Voters);
        QuorumOptions? sizes = options.Quorums.FirstOrDefault(sizes => sizes.Voters == voters);
        _prepare = sizes?.Prepare ?? (voters / 2) + 1;
        _accept = sizes?.Accept ?? (voters / 2) + 1;
        Mutant.Weaken("P09", ref _prepare, Math.Max(1, voters - _accept));
    }

    /// <summary>The first slot that it decides about.</summary>
    public EntryIndex From { get; }

    public Membership Membership { get; }

    /// <summary>What a proposer knows of the members, by place; null at its own and while it proposes nothing.</summary>
    public Peer?[] Peers { get; set; } = [];

    /// <summary>Whether this replica is one of the voters.</summary>
    public bool IsVoter => _self != 0;

    /// <summary>This replica as a set.</summary>
    public ulong Self => _self;

    /// <summary>Whether those who promised, or would, are a quorum of phase 1.</summary>
    public bool CanPrepare(ulong promised) => BitOperations.PopCount(promised & Membership.Voters) >= _prepare;

    /// <summary>Whether those who accepted, or still take part in a ballot, are a quorum of phase 2. One of them is in every quorum of phase 1, so no higher ballot got past them.</summary>
    public bool CanAccept(ulong accepted) => BitOperations.PopCount(accepted & Membership.Voters) >= _accept;

    /// <summary>Whether so many refused that no quorum of phase 1 is left.</summary>
    public bool IsLost(ulong refused) => !CanPrepare(~refused);

    /// <summary>Those that promised and told all that they accepted, given what the proposer knows to be chosen; itself included.</summary>
    public ulong Promised(EntryIndex committed)
    {
        ulong promised = _self;
        for (int slot = 0; slot < Peers.Length; slot++)
        {
            promised |= Peers[slot] is Peer { HasPromised: true } peer && peer.ChosenThrough <= committed ? 1UL << slot : 0;
        }

        return promised;
    }

    /// <summary>The others that accepted what was proposed for a slot.</summary>
    public ulong Accepted(EntryIndex index)
    {
        ulong accepted = 0;
        for (int slot = 0; slot < Peers.Length; slot++)
        {
            accepted |= Peers[slot] is Peer peer && peer.HasAccepted(index) ? 1UL << slot : 0;
        }

        return accepted;
    }

    /// <summary>Those that answered a round; itself included.</summary>
    public ulong Answered(long round)
    {
        ulong answered = _self;
        for (int slot = 0; slot < Peers.Length; slot++)
        {
            answered |= Peers[slot] is Peer peer && peer.Round >= round ? 1UL << slot : 0;
        }

        return answered;
    }

    /// <summary>Those that answered since they were last counted; itself included.</summary>
    public ulong Active()
    {
        ulong active = _self;
        for (int slot = 0; slot < Peers.Length; slot++)
        {
            active |= Peers[slot] is Peer { IsActive: true } ? 1UL << slot : 0;
        }

        return active;
    }
}
