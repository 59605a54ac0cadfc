namespace Duramen.Broker.Fetches;

/// <summary>How much a fetch is to return, and when.</summary>
/// <param name="MinBytes">The bytes that are worth an answer before the client's patience ends.</param>
/// <param name="MaxBytes">The most bytes, but for one batch.</param>
/// <param name="Patience">How long the client waits.</param>
/// <param name="TellsAll">Whether every partition is to be looked at, so that the answer has all; otherwise those that fit.</param>
/// <param name="KnowsZstd">Whether the client may be sent Zstandard (KIP-110).</param>
internal readonly record struct FetchLimits(int MinBytes, int MaxBytes, TimeSpan Patience, bool TellsAll, bool KnowsZstd);
