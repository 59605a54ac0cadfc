namespace Duramen.Consensus.Contract;

/// <summary>Records to be appended as one entry.</summary>
/// <param name="Token">The caller's number for it.</param>
/// <param name="Payload">The bytes; copied before <see cref="IReplica.Propose"/> returns.</param>
/// <param name="RecordCount">How many record offsets they take.</param>
public readonly record struct Proposal(RequestToken Token, ReadOnlyMemory<byte> Payload, int RecordCount);
