namespace Duramen.State.Entities.Aggregates;

/// <summary>How events become records, and records become events again.</summary>
/// <typeparam name="TEvent">What all events have in common.</typeparam>
public interface IEventCodec<TEvent>
{
    /// <summary>Makes a record of an event.</summary>
    NewRecord Encode(TEvent raised);

    /// <summary>Makes the event that a record holds. What it throws is <see cref="EntityErrors.Unreadable"/> to whoever loads.</summary>
    TEvent Decode(EntityRecord record);
}
