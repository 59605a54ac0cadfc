namespace Duramen.Simulation.Exploration;

/// <summary>What can happen next in a small world.</summary>
internal enum MoveKind : byte
{
    /// <summary>A message arrives.</summary>
    Deliver = 0,

    /// <summary>A node's time passes until it does something.</summary>
    Wait = 1,

    /// <summary>A client asks a node that leads.</summary>
    Propose = 2,

    /// <summary>A late sync ends.</summary>
    Sync = 3,

    /// <summary>A node dies, loses what is not synced, and starts again.</summary>
    Crash = 4,

    /// <summary>A node that leads is asked to hand over to another.</summary>
    HandOver = 5,
}
