namespace Duramen.Conformance.Tests.Drivers;

/// <summary>A record to produce. Bytes are text with one character from U+0000 to U+00FF for each.</summary>
internal sealed record SentRecord(string? Key, string? Value)
{
    public int? Partition { get; init; }

    public IReadOnlyList<string[]>? Headers { get; init; }

    public long? Timestamp { get; init; }

    /// <summary>How often the value is repeated, so that a large one is not an argument.</summary>
    public int? Times { get; init; }
}
