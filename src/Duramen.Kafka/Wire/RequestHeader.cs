namespace Duramen.Kafka.Wire;

/// <summary>What stands before every request.</summary>
/// <param name="ApiKey">The number of the API, whether or not it is known here.</param>
/// <param name="ApiVersion">The version of the request, whether or not it exists here.</param>
/// <param name="CorrelationId">What the response must repeat.</param>
/// <param name="ClientId">What the client calls itself.</param>
public readonly record struct RequestHeader(short ApiKey, short ApiVersion, int CorrelationId, string? ClientId)
{
    private const string Name = "RequestHeader";

    /// <summary>The API, or null when it is not known here.</summary>
    public KafkaApi? Api => KafkaApis.Find(ApiKey);

    /// <summary>
    /// Reads the header. Its layout follows from API and version: flexible versions have tagged fields behind the client id, which itself
    /// never is compact (KIP-482). Of an API that is not known only the old layout is read.
    /// </summary>
    /// <exception cref="KafkaWireException">The frame does not begin with a header.</exception>
    public static RequestHeader Read(ref KafkaReader reader)
    {
        reader.Begin(Name, version: 0, min: 0, max: 0, flexible: KafkaApi.NeverFlexible);
        short key = reader.ReadInt16(nameof(ApiKey));
        short version = reader.ReadInt16(nameof(ApiVersion));
        int correlationId = reader.ReadInt32(nameof(CorrelationId));
        string? clientId = reader.ReadNullableString(nameof(ClientId));
        if (KafkaApis.Find(key) is { } api && api.IsFlexible(version))
        {
            reader.Begin(Name, version: 0, min: 0, max: 0, flexible: 0);
            reader.SkipTags();
        }

        return new(key, version, correlationId, clientId);
    }

    /// <summary>Writes the header.</summary>
    public void Write(KafkaWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Begin(Name, version: 0, min: 0, max: 0, flexible: KafkaApi.NeverFlexible);
        writer.WriteInt16(ApiKey);
        writer.WriteInt16(ApiVersion);
        writer.WriteInt32(CorrelationId);
        writer.WriteNullableString(ClientId, nameof(ClientId));
        if (Api is { } api && api.IsFlexible(ApiVersion))
        {
            writer.Begin(Name, version: 0, min: 0, max: 0, flexible: 0);
            writer.WriteNoTags();
        }
    }
}
