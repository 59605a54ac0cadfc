namespace Duramen.Simulation.Faults;

/// <summary>What can go wrong, or be done, at a moment of a run. What goes wrong with single messages is in <see cref="Networks.NetworkOptions"/>.</summary>
public enum FaultKind
{
    /// <summary>A process dies; what it wrote stays in the page cache.</summary>
    Kill,

    /// <summary>A machine loses power; what was not synced is there, gone or torn.</summary>
    PowerCut,

    /// <summary>A node dies between two effects of a step.</summary>
    DieAtEffect,

    /// <summary>All machines lose power at once.</summary>
    PowerCutAll,

    /// <summary>A node stands still for a while and goes on with what it believed.</summary>
    Pause,

    /// <summary>A disk takes two hundred times as long to sync.</summary>
    SlowDisk,

    /// <summary>A sync fails; later ones would succeed.</summary>
    FailedSync,

    /// <summary>A bit flips on a disk, and the node is started again.</summary>
    BitRot,

    /// <summary>A disk is replaced by an empty one.</summary>
    EmptyDisk,

    /// <summary>One node hears and reaches nobody.</summary>
    Isolation,

    /// <summary>Two groups that do not reach each other.</summary>
    Split,

    /// <summary>One node is heard and hears nobody.</summary>
    Deafness,

    /// <summary>One node hears and is heard by nobody.</summary>
    Muteness,

    /// <summary>Two groups that only one node reaches both of.</summary>
    Bridge,

    /// <summary>One link is cut in one direction.</summary>
    LinkCut,

    /// <summary>The leader is asked to hand over.</summary>
    Transfer,

    /// <summary>The members change.</summary>
    MembershipChange,

    /// <summary>A bit flips on a disk and nobody reads there until the machine loses power.</summary>
    LatentRot,

    /// <summary>Something that was written went to another place of the disk.</summary>
    MisdirectedWrite,

    /// <summary>A disk is copied, and the copy takes its place some time later.</summary>
    RestoredDisk,

    /// <summary>A disk has no room for a while.</summary>
    DiskFull,

    /// <summary>A disk fails to read for a while.</summary>
    ReadError,

    /// <summary>Two nodes get each other's disk.</summary>
    SwappedDisks,
}
