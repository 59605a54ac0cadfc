using System.Text.Json;
using System.Text.Json.Serialization;

namespace Duramen.Conformance.Tests.Drivers;

/// <summary>What a driver is asked to do: its one argument, as JSON. What is null is left out.</summary>
internal sealed record DriverRequest(string Do)
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>Where the server is.</summary>
    public string? Bootstrap { get; init; }

    /// <summary>The file with the certificate that the server's is signed by; over TLS when it is given.</summary>
    public string? Ca { get; init; }

    public string? Topic { get; init; }

    public IReadOnlyList<SentRecord>? Records { get; init; }

    public string? Codec { get; init; }

    public int? Acks { get; init; }

    public bool? Idempotent { get; init; }

    /// <summary>The most records in a batch.</summary>
    public int? Batch { get; init; }

    /// <summary>Produce numbered records to partition 0 until standard input ends.</summary>
    public bool? Endless { get; init; }

    public IReadOnlyList<int>? PartitionList { get; init; }

    public StartPosition? Start { get; init; }

    /// <summary>How many records are read; to the end of every partition when null.</summary>
    public int? Count { get; init; }

    public string? Group { get; init; }

    /// <summary>The id of a static member.</summary>
    public string? Instance { get; init; }

    public string? Strategy { get; init; }

    public int? SessionMs { get; init; }

    public int? Partitions { get; init; }

    public int? Partition { get; init; }

    public long? Offset { get; init; }

    public IReadOnlyDictionary<string, string>? Config { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, Format);
}
