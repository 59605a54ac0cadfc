using System.Text.Json;

namespace Duramen.Conformance.Tests.Drivers;

/// <summary>A line that a driver printed; which of its fields are there says what kind of line it is.</summary>
internal sealed record DriverLine
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web);

    /// <summary>The place of an acknowledged or refused record among those sent.</summary>
    public int? Record { get; init; }

    public int? Partition { get; init; }

    public long? Offset { get; init; }

    public string? Key { get; init; }

    public string? Value { get; init; }

    public string[][]? Headers { get; init; }

    /// <summary>Only a record that was read has one.</summary>
    public long? Timestamp { get; init; }

    /// <summary><c>create</c> or <c>append</c>; null when the client does not say.</summary>
    public string? TimestampType { get; init; }

    /// <summary>The partition whose end was reached.</summary>
    public int? Eof { get; init; }

    /// <summary>The number of the protocol's error; 0 when the client failed with another, negative when it is the client's own.</summary>
    public int? Error { get; init; }

    public string? Message { get; init; }

    public int[]? Assigned { get; init; }

    public int[]? Revoked { get; init; }

    /// <summary>The partition whose offset was committed; for <c>lag</c>, the offset.</summary>
    public long? Committed { get; init; }

    public long? End { get; init; }

    public bool? Closed { get; init; }

    public int? Partitions { get; init; }

    public Dictionary<string, string?>? Config { get; init; }

    public string[]? Groups { get; init; }

    public string? State { get; init; }

    public int? Members { get; init; }

    public bool IsRecord => Timestamp is not null;

    public static DriverLine Parse(string line) => JsonSerializer.Deserialize<DriverLine>(line, Format)!;
}
