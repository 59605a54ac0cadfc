namespace Duramen.Simulation.Networks;

/// <summary>A message that was sent once and may be sent again, long after.</summary>
internal readonly record struct Packet(int To, Trail Trail, byte[] Bytes, bool IsSnapshot);
