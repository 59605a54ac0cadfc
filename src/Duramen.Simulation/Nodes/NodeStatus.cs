namespace Duramen.Simulation.Nodes;

/// <summary>Whether a node runs.</summary>
internal enum NodeStatus : byte
{
    /// <summary>It runs.</summary>
    Running = 0,

    /// <summary>It crashed and may start again.</summary>
    Down = 1,

    /// <summary>It found its disk damaged and refuses to start until it gets another.</summary>
    Damaged = 2,
}
