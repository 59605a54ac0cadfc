namespace Duramen.Simulation.Reports;

/// <summary>What must happen now and then in a simulation that is worth something; a situation that no run meets is one that nothing was learned about.</summary>
public enum Situation
{
    /// <summary>A replica became leader.</summary>
    LeaderElected,

    /// <summary>A leader stepped down without having died.</summary>
    LeaderSteppedDown,

    /// <summary>A replica asked whether it could win, and did not stand.</summary>
    ElectionNotTried,

    /// <summary>A replica stood for election and lost or gave up.</summary>
    ElectionLost,

    /// <summary>A follower's entries were cut or replaced because a leader had others.</summary>
    ConflictCut,

    /// <summary>A sync ended that covered entries which were cut or replaced meanwhile.</summary>
    StaleSync,

    /// <summary>Entries were committed before they were synced where they were learned of.</summary>
    CommittedBeforeOwnSync,

    /// <summary>A member needed a snapshot.</summary>
    SnapshotSent,

    /// <summary>A member switched to a snapshot.</summary>
    SnapshotInstalled,

    /// <summary>A replica took a snapshot of its own.</summary>
    SnapshotTaken,

    /// <summary>A replica that began with nothing took no snapshot, since it did not know the members yet.</summary>
    SnapshotPutOff,

    /// <summary>A joint membership was in force.</summary>
    JointMembership,

    /// <summary>An uncommitted membership was taken back.</summary>
    MembershipTakenBack,

    /// <summary>A leader stopped leading because it is no voter any more.</summary>
    LeaderRemoved,

    /// <summary>A leader was asked to hand over.</summary>
    TakeOver,

    /// <summary>A read was let go.</summary>
    ReadReleased,

    /// <summary>A read was rejected because its leader leads no more.</summary>
    ReadLost,

    /// <summary>A proposal was rejected because too much waits.</summary>
    Overload,

    /// <summary>A proposal was rejected because the leader is handing over.</summary>
    ProposalDuringTransfer,

    /// <summary>A read or a change was rejected because the leader did not know what is committed.</summary>
    LeaderNotReady,

    /// <summary>A change was rejected because another one was under way.</summary>
    ChangePending,

    /// <summary>A proposal was replaced by another leader's entry.</summary>
    ProposalReplaced,

    /// <summary>A request that was done before came again.</summary>
    RequestRepeated,

    /// <summary>A node died between two effects of one step.</summary>
    DeathAtEffect,

    /// <summary>A torn end was cut when a node started.</summary>
    TornEndCut,

    /// <summary>A node found its disk damaged and refused to start.</summary>
    DamageRefused,

    /// <summary>A sync failed, and the node stopped.</summary>
    SyncFailed,

    /// <summary>A node found no room on its disk, and stopped.</summary>
    DiskFull,

    /// <summary>A node's disk failed to read, and the node stopped.</summary>
    ReadFailed,

    /// <summary>A node found that its disk is a copy from earlier.</summary>
    RestoredDisk,

    /// <summary>A node came back with an empty disk.</summary>
    EmptyDisk,

    /// <summary>A replica with a new disk became a voter in the place of the old one.</summary>
    ReplicaReplaced,

    /// <summary>A message was for the disk that the node had before.</summary>
    MessageForOldDisk,

    /// <summary>A damaged message was dropped.</summary>
    MessageDamaged,

    /// <summary>An entry was accepted while one before it was missing.</summary>
    SlotSkipped,

    /// <summary>A new leader closed a gap between entries with nothing.</summary>
    GapClosed,

    /// <summary>A new leader proposed again what was accepted in an earlier ballot.</summary>
    EntryAdopted,

    /// <summary>Members were chosen that come into force some slots later.</summary>
    MembershipWaits,

    /// <summary>An entry was chosen by fewer than a majority.</summary>
    DecidedByFewer,

    /// <summary>ZAB: a leader began another epoch itself: the members changed, or somebody had accepted a later epoch and could not follow.</summary>
    EpochBegunAnew,

    /// <summary>ZAB: a leader chose the history of an epoch and left before it was established.</summary>
    EpochNotEstablished,

    /// <summary>ZAB: a history was fetched that is better than one's own, or led to a later membership.</summary>
    HistoryFetched,

    /// <summary>ZAB: a follower got what it lacked (DIFF).</summary>
    HistoryCompleted,

    /// <summary>ZAB: a follower was told to cut what the leader does not have (TRUNC).</summary>
    HistoryCut,
}
