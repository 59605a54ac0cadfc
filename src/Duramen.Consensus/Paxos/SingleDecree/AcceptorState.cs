using Duramen.Core.Ids;

namespace Duramen.Consensus.Paxos.SingleDecree;

/// <summary>
/// What an acceptor remembers (Lamport, "Paxos Made Simple", 2001, section 2.2). Each answer is given together with the state that must be synced before it leaves.
/// </summary>
/// <param name="Promised">It takes part in no ballot below this one.</param>
/// <param name="AcceptedIn">The ballot of the last proposal it accepted; zero for none.</param>
/// <param name="Value">The value of that proposal.</param>
public readonly record struct AcceptorState(Epoch Promised, Epoch AcceptedIn, ReadOnlyMemory<byte> Value)
{
    /// <summary>
    /// Phase 1b: takes part in a ballot unless it promised a higher one, and tells what it accepted. Asked again in the same ballot, it answers the same.
    /// </summary>
    public AcceptorState Prepare(Epoch ballot, out Promise? promise)
    {
        promise = ballot >= Promised ? new Promise(ballot, AcceptedIn, Value) : null;
        return this with { Promised = Epoch.Max(Promised, ballot) };
    }

    /// <summary>Phase 2b: accepts a proposal unless it promised a higher ballot.</summary>
    public AcceptorState Accept(Epoch ballot, ReadOnlyMemory<byte> value, out bool isAccepted)
    {
        isAccepted = ballot >= Promised;
        return isAccepted ? new AcceptorState(ballot, ballot, value) : this;
    }

    /// <summary>Whether both remember the same.</summary>
    public bool Equals(AcceptorState other) =>
        Promised == other.Promised && AcceptedIn == other.AcceptedIn && Value.Span.SequenceEqual(other.Value.Span);

    /// <inheritdoc/>
    public override int GetHashCode() => unchecked((int)((Promised.Number * 31) + (AcceptedIn.Number * 7) + Value.Length));
}
