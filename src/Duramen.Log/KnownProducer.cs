using Duramen.Core.Ids;

namespace Duramen.Log;

/// <summary>A producer that a log remembers.</summary>
/// <param name="Producer">The producer.</param>
/// <param name="Epoch">The highest epoch that it was seen with.</param>
/// <param name="LastSequence">The sequence number of its last record in that epoch; -1 when there is none.</param>
/// <param name="LastActiveMs">When its last batch came, in milliseconds since 1970 by the clock of whoever keeps the log; 0 where there is no clock.</param>
public readonly record struct KnownProducer(ProducerId Producer, short Epoch, int LastSequence, long LastActiveMs);
