namespace Duramen.Consensus.Contract;

/// <summary>A caller's own number for a request; the answer carries it back, and the protocol makes nothing of it.</summary>
public readonly record struct RequestToken(long Value);
