namespace Duramen.Simulation.Events;

/// <summary>What happens in a simulation.</summary>
internal enum EventKind : byte
{
    /// <summary>A unit of a node's time passed.</summary>
    Tick = 1,

    /// <summary>A message of the protocol arrives.</summary>
    Message = 2,

    /// <summary>A snapshot arrives.</summary>
    Snapshot = 3,

    /// <summary>A sync ends.</summary>
    Synced = 4,

    /// <summary>A client's request arrives at a node.</summary>
    Request = 5,

    /// <summary>A node's answer arrives at a client.</summary>
    Answer = 6,

    /// <summary>A client begins its next operation, or tries again.</summary>
    Client = 7,

    /// <summary>Whoever looks after the group looks at it.</summary>
    Operator = 8,

    /// <summary>A fault of the schedule happens.</summary>
    Fault = 9,

    /// <summary>A node that is down starts.</summary>
    Start = 10,

    /// <summary>A partition heals.</summary>
    Heal = 11,
}
