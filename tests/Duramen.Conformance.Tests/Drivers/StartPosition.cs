namespace Duramen.Conformance.Tests.Drivers;

/// <summary>Where reading starts: one of the three.</summary>
internal sealed record StartPosition
{
    public static StartPosition Earliest { get; } = new() { Reset = "earliest" };

    public static StartPosition Latest { get; } = new() { Reset = "latest" };

    public long? Offset { get; init; }

    /// <summary>At the first record that is not older; milliseconds since 1970.</summary>
    public long? Time { get; init; }

    public string? Reset { get; init; }
}
