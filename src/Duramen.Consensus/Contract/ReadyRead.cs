using Duramen.Core.Ids;

namespace Duramen.Consensus.Contract;

/// <summary>A read that may be answered from any state that applied everything up to <paramref name="Index"/>.</summary>
public readonly record struct ReadyRead(RequestToken Token, EntryIndex Index);
