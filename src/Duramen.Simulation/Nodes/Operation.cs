namespace Duramen.Simulation.Nodes;

/// <summary>What can be done with a register.</summary>
internal enum Operation : byte
{
    /// <summary>Reads it, past the log.</summary>
    Get = 0,

    /// <summary>Writes it and returns what was there.</summary>
    Put = 1,

    /// <summary>Writes it if it holds what is expected; returns 1 or 0.</summary>
    CompareAndSet = 2,
}
