using Duramen.Consensus.Contract;
using Duramen.Consensus.Memberships;
using Duramen.Consensus.Quorums;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Paxos.SingleDecree;

/// <summary>Finds out which value is chosen: the one that a majority of acceptors accepted in one and the same ballot.</summary>
public sealed class Learner
{
    private readonly Membership _acceptors;
    private readonly SortedDictionary<Epoch, ulong> _accepted = [];

    /// <summary>Listens to these acceptors.</summary>
    public Learner(Membership acceptors) => _acceptors = acceptors;

    /// <summary>Whether a value is chosen.</summary>
    public bool IsChosen { get; private set; }

    /// <summary>The chosen value, if <see cref="IsChosen"/>.</summary>
    public ReadOnlyMemory<byte> Chosen { get; private set; }

    /// <summary>Takes in that an acceptor accepted a proposal. The same message twice counts once; other ballots count apart.</summary>
    public void Receive(ReplicaId from, Epoch ballot, ReadOnlyMemory<byte> value)
    {
        if (IsChosen || !_acceptors.IsVoter(from))
        {
            return;
        }

        ulong accepted = _accepted.GetValueOrDefault(ballot) | _acceptors.BitOf(from);
        _accepted[ballot] = accepted;
        if (Quorum.IsReached(accepted, _acceptors))
        {
            IsChosen = true;
            Chosen = value;
        }
    }
}
