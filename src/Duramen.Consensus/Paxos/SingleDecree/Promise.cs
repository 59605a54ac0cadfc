using Duramen.Core.Ids;

namespace Duramen.Consensus.Paxos.SingleDecree;

/// <summary>An acceptor's answer in phase 1.</summary>
/// <param name="Ballot">The ballot it takes part in.</param>
/// <param name="AcceptedIn">The ballot of the last proposal it accepted before; zero for none.</param>
/// <param name="Value">The value of that proposal.</param>
public readonly record struct Promise(Epoch Ballot, Epoch AcceptedIn, ReadOnlyMemory<byte> Value);
