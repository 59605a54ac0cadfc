using Duramen.Simulation.Networks;

namespace Duramen.Simulation.Events;

/// <summary>Something that will happen.</summary>
/// <param name="Kind">What.</param>
/// <param name="Target">The node or client it happens to, counted from 0.</param>
/// <param name="Life">Which life of the node it belongs to; nothing happens to an earlier one. 0 for any.</param>
/// <param name="Number">What else belongs to it: a request, a fault.</param>
/// <param name="Value">What else belongs to it.</param>
/// <param name="Bytes">The message; belongs to the event.</param>
/// <param name="LengthBytes">How much of <paramref name="Bytes"/> it is.</param>
/// <param name="Trail">Where the message comes from.</param>
internal readonly record struct SimulatedEvent(
    EventKind Kind, int Target, int Life = 0, long Number = 0, long Value = 0, byte[]? Bytes = null, int LengthBytes = 0, Trail Trail = default);
