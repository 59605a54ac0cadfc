using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Duramen.State.Entities.Aggregates;

/// <summary>Events as JSON. Which event it is says the type's own discriminator (<see cref="System.Text.Json.Serialization.JsonPolymorphicAttribute"/>).</summary>
/// <typeparam name="TEvent">What all events have in common.</typeparam>
/// <param name="type">How the events are written, such as a property of a generated <see cref="System.Text.Json.Serialization.JsonSerializerContext"/>.</param>
public sealed class JsonEventCodec<TEvent>(JsonTypeInfo<TEvent> type) : IEventCodec<TEvent>
{
    /// <inheritdoc/>
    public NewRecord Encode(TEvent raised) => JsonSerializer.SerializeToUtf8Bytes(raised, type);

    /// <inheritdoc/>
    public TEvent Decode(EntityRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return record.Value is { } value && JsonSerializer.Deserialize(value.Span, type) is { } decoded ? decoded : throw new JsonException("The record holds no event.");
    }
}
