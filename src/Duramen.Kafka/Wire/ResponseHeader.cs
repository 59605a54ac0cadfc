namespace Duramen.Kafka.Wire;

/// <summary>What stands before every response.</summary>
/// <param name="CorrelationId">That of the request.</param>
public readonly record struct ResponseHeader(int CorrelationId)
{
    private const string Name = "ResponseHeader";

    /// <summary>Reads the header of a response to an API in a version.</summary>
    /// <exception cref="KafkaWireException">The frame does not begin with a header.</exception>
    public static ResponseHeader Read(ref KafkaReader reader, KafkaApi api, short version)
    {
        ArgumentNullException.ThrowIfNull(api);
        reader.Begin(Name, version: 0, min: 0, max: 0, flexible: FirstFlexible(api, version));
        int correlationId = reader.ReadInt32(nameof(CorrelationId));
        reader.SkipTags();
        return new(correlationId);
    }

    /// <summary>Writes the header of a response to an API in a version.</summary>
    public void Write(KafkaWriter writer, KafkaApi api, short version)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(api);
        writer.Begin(Name, version: 0, min: 0, max: 0, flexible: FirstFlexible(api, version));
        writer.WriteInt32(CorrelationId);
        writer.WriteNoTags();
    }

    private static short FirstFlexible(KafkaApi api, short version) => api.HasFlexibleResponseHeader(version) ? (short)0 : KafkaApi.NeverFlexible;
}
