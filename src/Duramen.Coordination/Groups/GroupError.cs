namespace Duramen.Coordination.Groups;

/// <summary>Why a group refuses. Each has the name and the number of the error in Kafka's protocol that says the same.</summary>
public enum GroupError
{
    /// <summary>Nothing is wrong.</summary>
    None = 0,

    /// <summary>The group cannot be stored as the leader wants it (<see cref="GroupLimits.MaxGroupRecordSizeBytes"/>).</summary>
    UnknownServerError = -1,

    /// <summary>The metadata committed with an offset is longer than <see cref="GroupOptions.OffsetMetadataMaxLength"/>.</summary>
    OffsetMetadataTooLarge = 12,

    /// <summary>The caller's generation is not the group's.</summary>
    IllegalGeneration = 22,

    /// <summary>The caller has no protocol in common with the members, or another protocol than the group chose.</summary>
    InconsistentGroupProtocol = 23,

    /// <summary>The name of the group is empty where it must not be, or too long.</summary>
    InvalidGroupId = 24,

    /// <summary>The group has no such member: the caller has to join anew without a member id.</summary>
    UnknownMemberId = 25,

    /// <summary>The session timeout is outside the bounds of <see cref="GroupOptions"/>.</summary>
    InvalidSessionTimeout = 26,

    /// <summary>The members are being gathered: the caller has to join again.</summary>
    RebalanceInProgress = 27,

    /// <summary>The offsets of the group would be too many to handle (<see cref="GroupLimits"/>).</summary>
    InvalidCommitOffsetSize = 28,

    /// <summary>A name or the metadata of the caller is too long.</summary>
    InvalidRequest = 42,

    /// <summary>There are as many groups as there may be (<see cref="GroupOptions.MaxGroups"/>).</summary>
    PolicyViolation = 44,

    /// <summary>The group has members.</summary>
    NonEmptyGroup = 68,

    /// <summary>There is no such group.</summary>
    GroupIdNotFound = 69,

    /// <summary>The caller has to join again with the member id that it was just given (KIP-394).</summary>
    MemberIdRequired = 79,

    /// <summary>
    /// The group has as many members as it may (<see cref="GroupOptions.MaxSize"/>), or too many were given a member id and did not come back
    /// (<see cref="GroupLimits.MaxReservedIdsSizeBytes"/>).
    /// </summary>
    GroupMaxSizeReached = 81,

    /// <summary>Another process with the same instance id took the caller's place (KIP-345).</summary>
    FencedInstanceId = 82,

    /// <summary>A member of the group is subscribed to the topic whose offset was to be deleted.</summary>
    GroupSubscribedToTopic = 86,
}
