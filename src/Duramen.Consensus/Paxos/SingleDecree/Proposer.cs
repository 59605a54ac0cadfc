using Duramen.Consensus.Contract;
using Duramen.Consensus.Memberships;
using Duramen.Consensus.Quorums;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Paxos.SingleDecree;

/// <summary>
/// One proposer in one ballot. Its ballot must be unused: higher than any it used before, by its own number, and synced before the first message leaves. To try again it begins
/// another one, above every ballot it heard of, after a pause drawn at random, since two that hurry can refuse each other for ever.
/// </summary>
public sealed class Proposer
{
    private readonly Membership _acceptors;
    private Epoch _highest;
    private ulong _promised;

    /// <summary>Begins a ballot with the value to propose if no other may have been chosen.</summary>
    public Proposer(Epoch ballot, ReadOnlyMemory<byte> value, Membership acceptors)
    {
        ArgumentNullException.ThrowIfNull(acceptors);
        Ballot = ballot;
        Value = value;
        _acceptors = acceptors;
    }

    /// <summary>Its ballot.</summary>
    public Epoch Ballot { get; }

    /// <summary>What it proposes; final once <see cref="MayPropose"/>.</summary>
    public ReadOnlyMemory<byte> Value { get; private set; }

    /// <summary>Whether a majority promised: it may ask acceptors to accept <see cref="Value"/>, and must ask for nothing else in this ballot.</summary>
    public bool MayPropose { get; private set; }

    /// <summary>
    /// Takes a promise. Until a majority promised, it takes over the value accepted in the highest ballot that it hears of: that one may be chosen. A promise that comes
    /// later changes nothing.
    /// </summary>
    public void Receive(ReplicaId from, in Promise promise)
    {
        if (promise.Ballot != Ballot || MayPropose || !_acceptors.IsVoter(from))
        {
            return;
        }

        _promised |= _acceptors.BitOf(from);
        if (promise.AcceptedIn > _highest)
        {
            _highest = promise.AcceptedIn;
            Value = promise.Value;
        }

        MayPropose = Quorum.IsReached(_promised, _acceptors);
    }
}
