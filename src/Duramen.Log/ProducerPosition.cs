using Duramen.Core.Ids;

namespace Duramen.Log;

/// <summary>How far a log has a producer.</summary>
/// <param name="Producer">The producer.</param>
/// <param name="Epoch">The highest epoch that it was seen with.</param>
/// <param name="NextSequence">The sequence number that its next batch of that epoch must begin with.</param>
public readonly record struct ProducerPosition(ProducerId Producer, short Epoch, int NextSequence);
