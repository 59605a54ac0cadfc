namespace Duramen.Coordination.Groups;

/// <summary>Where a group stands. The names are those that Kafka's clients show and filter by.</summary>
public enum GroupState
{
    /// <summary>There is no such group.</summary>
    Dead,

    /// <summary>No members; there may be offsets.</summary>
    Empty,

    /// <summary>Members are being gathered: joins are parked until all are there or the time is up.</summary>
    PreparingRebalance,

    /// <summary>A generation has begun and waits for its leader's assignment: syncs are parked.</summary>
    CompletingRebalance,

    /// <summary>Every member can have its assignment.</summary>
    Stable,
}
