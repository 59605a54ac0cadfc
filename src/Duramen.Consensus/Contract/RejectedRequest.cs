namespace Duramen.Consensus.Contract;

/// <summary>A request that had no effect, and why.</summary>
public readonly record struct RejectedRequest(RequestToken Token, Rejection Reason);
