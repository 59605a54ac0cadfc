namespace Duramen.Simulation.Networks;

/// <summary>A message that was sent once and may be sent again, long after.</summary>
internal readonly record struct Packet(int From, int To, byte[] Bytes, bool IsSnapshot);
