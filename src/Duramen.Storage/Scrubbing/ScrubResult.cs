namespace Duramen.Storage.Scrubbing;

/// <summary>What one pass over the sealed segments of a folder came to.</summary>
/// <param name="Segments">Segments that were read.</param>
/// <param name="Bytes">Bytes that were read.</param>
/// <param name="Defects">What was wrong.</param>
public sealed record ScrubResult(int Segments, long Bytes, IReadOnlyList<ScrubDefect> Defects);
