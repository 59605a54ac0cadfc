// Generated from Schema/errors.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

namespace Duramen.Kafka;

/// <summary>What went wrong, as the protocol numbers it. A number that is not listed may come from a newer server.</summary>
public enum KafkaError : short
{
    /// <summary>The server failed in a way it did not expect.</summary>
    UnknownServerError = -1,
    /// <summary>No error.</summary>
    None = 0,
    /// <summary>The partition has no such offset.</summary>
    OffsetOutOfRange = 1,
    /// <summary>The record batch is damaged: its checksum, size or layout is wrong.</summary>
    CorruptMessage = 2,
    /// <summary>There is no such topic or partition here.</summary>
    UnknownTopicOrPartition = 3,
    /// <summary>The number of bytes to fetch is invalid.</summary>
    InvalidFetchSize = 4,
    /// <summary>The partition has no leader at the moment.</summary>
    LeaderNotAvailable = 5,
    /// <summary>This broker does not lead the partition, or has no copy of it.</summary>
    NotLeaderOrFollower = 6,
    /// <summary>The request was not done within its time.</summary>
    RequestTimedOut = 7,
    /// <summary>The broker cannot be reached.</summary>
    BrokerNotAvailable = 8,
    /// <summary>The copy of the partition cannot be reached.</summary>
    ReplicaNotAvailable = 9,
    /// <summary>The record batch is larger than the topic allows.</summary>
    MessageTooLarge = 10,
    /// <summary>Another broker has become the controller.</summary>
    StaleControllerEpoch = 11,
    /// <summary>The metadata of a committed offset is too large.</summary>
    OffsetMetadataTooLarge = 12,
    /// <summary>The connection ended before the response.</summary>
    Network = 13,
    /// <summary>The coordinator is still loading its state.</summary>
    CoordinatorLoadInProgress = 14,
    /// <summary>There is no coordinator at the moment.</summary>
    CoordinatorNotAvailable = 15,
    /// <summary>This broker does not coordinate it.</summary>
    NotCoordinator = 16,
    /// <summary>The name of the topic is invalid, or the topic cannot be used this way.</summary>
    InvalidTopic = 17,
    /// <summary>The record batch is larger than a segment.</summary>
    RecordListTooLarge = 18,
    /// <summary>Too few replicas are in sync; nothing was written.</summary>
    NotEnoughReplicas = 19,
    /// <summary>The records were written, but too few replicas are in sync.</summary>
    NotEnoughReplicasAfterAppend = 20,
    /// <summary>The required acks are none of -1, 0 and 1.</summary>
    InvalidRequiredAcks = 21,
    /// <summary>The group is in another generation.</summary>
    IllegalGeneration = 22,
    /// <summary>The member and the group have no protocol in common.</summary>
    InconsistentGroupProtocol = 23,
    /// <summary>The group id is invalid.</summary>
    InvalidGroupId = 24,
    /// <summary>The group has no such member.</summary>
    UnknownMemberId = 25,
    /// <summary>The session timeout is outside the range that the server allows.</summary>
    InvalidSessionTimeout = 26,
    /// <summary>The group is rebalancing; the member should join again.</summary>
    RebalanceInProgress = 27,
    /// <summary>The offsets do not fit one commit.</summary>
    InvalidCommitOffsetSize = 28,
    /// <summary>The caller may not do this with the topic.</summary>
    TopicAuthorizationFailed = 29,
    /// <summary>The caller may not do this with the group.</summary>
    GroupAuthorizationFailed = 30,
    /// <summary>The caller may not do this with the cluster.</summary>
    ClusterAuthorizationFailed = 31,
    /// <summary>The timestamp of a record is outside what the topic allows.</summary>
    InvalidTimestamp = 32,
    /// <summary>The server does not have this SASL mechanism.</summary>
    UnsupportedSaslMechanism = 33,
    /// <summary>The request does not fit the state of the authentication.</summary>
    IllegalSaslState = 34,
    /// <summary>The server does not have this version of the API.</summary>
    UnsupportedVersion = 35,
    /// <summary>A topic with this name exists.</summary>
    TopicAlreadyExists = 36,
    /// <summary>The number of partitions is invalid.</summary>
    InvalidPartitions = 37,
    /// <summary>The number of replicas is below 1 or above the number of brokers.</summary>
    InvalidReplicationFactor = 38,
    /// <summary>The assignment of replicas is invalid.</summary>
    InvalidReplicaAssignment = 39,
    /// <summary>A setting or its value is invalid.</summary>
    InvalidConfig = 40,
    /// <summary>This broker is not the controller.</summary>
    NotController = 41,
    /// <summary>The request contradicts itself or the protocol.</summary>
    InvalidRequest = 42,
    /// <summary>The format of the records does not allow it.</summary>
    UnsupportedForMessageFormat = 43,
    /// <summary>The request breaks a policy of the cluster.</summary>
    PolicyViolation = 44,
    /// <summary>The sequence number does not follow the producer's last one.</summary>
    OutOfOrderSequenceNumber = 45,
    /// <summary>The sequence number was used before.</summary>
    DuplicateSequenceNumber = 46,
    /// <summary>The producer has a newer epoch.</summary>
    InvalidProducerEpoch = 47,
    /// <summary>The transaction is in no state that allows it.</summary>
    InvalidTxnState = 48,
    /// <summary>The producer id does not belong to the transactional id.</summary>
    InvalidProducerIdMapping = 49,
    /// <summary>The transaction timeout is above what the server allows.</summary>
    InvalidTransactionTimeout = 50,
    /// <summary>An operation on the same transaction is still going on.</summary>
    ConcurrentTransactions = 51,
    /// <summary>There is a newer coordinator of the transaction.</summary>
    TransactionCoordinatorFenced = 52,
    /// <summary>The caller may not use the transactional id.</summary>
    TransactionalIdAuthorizationFailed = 53,
    /// <summary>Security is turned off.</summary>
    SecurityDisabled = 54,
    /// <summary>Not tried, because another part of the request failed.</summary>
    OperationNotAttempted = 55,
    /// <summary>The storage of the partition failed.</summary>
    KafkaStorageError = 56,
    /// <summary>There is no such log folder.</summary>
    LogDirNotFound = 57,
    /// <summary>The authentication failed.</summary>
    SaslAuthenticationFailed = 58,
    /// <summary>The partition does not know the producer.</summary>
    UnknownProducerId = 59,
    /// <summary>The partition is being reassigned.</summary>
    ReassignmentInProgress = 60,
    /// <summary>Delegation tokens are turned off.</summary>
    DelegationTokenAuthDisabled = 61,
    /// <summary>There is no such delegation token.</summary>
    DelegationTokenNotFound = 62,
    /// <summary>The principal neither owns the token nor may renew it.</summary>
    DelegationTokenOwnerMismatch = 63,
    /// <summary>Delegation tokens cannot be asked for on this kind of connection.</summary>
    DelegationTokenRequestNotAllowed = 64,
    /// <summary>The caller may not do this with the token.</summary>
    DelegationTokenAuthorizationFailed = 65,
    /// <summary>The delegation token has expired.</summary>
    DelegationTokenExpired = 66,
    /// <summary>The type of the principal is not supported.</summary>
    InvalidPrincipalType = 67,
    /// <summary>The group has members.</summary>
    NonEmptyGroup = 68,
    /// <summary>There is no such group.</summary>
    GroupIdNotFound = 69,
    /// <summary>There is no such fetch session.</summary>
    FetchSessionIdNotFound = 70,
    /// <summary>The fetch session is at another request.</summary>
    InvalidFetchSessionEpoch = 71,
    /// <summary>The leader has no listener of the name that the request came in by.</summary>
    ListenerNotFound = 72,
    /// <summary>Topics cannot be deleted here.</summary>
    TopicDeletionDisabled = 73,
    /// <summary>The leader epoch in the request is older than the server's.</summary>
    FencedLeaderEpoch = 74,
    /// <summary>The leader epoch in the request is newer than the server's.</summary>
    UnknownLeaderEpoch = 75,
    /// <summary>This version of the API does not know the compression.</summary>
    UnsupportedCompressionType = 76,
    /// <summary>The broker has registered again since.</summary>
    StaleBrokerEpoch = 77,
    /// <summary>The new leader does not know yet how far the partition is committed.</summary>
    OffsetNotAvailable = 78,
    /// <summary>The member should join again with the id it was just given.</summary>
    MemberIdRequired = 79,
    /// <summary>The preferred leader cannot be reached.</summary>
    PreferredLeaderNotAvailable = 80,
    /// <summary>The group is full.</summary>
    GroupMaxSizeReached = 81,
    /// <summary>Another member has joined under the same instance id since.</summary>
    FencedInstanceId = 82,
    /// <summary>No replica that could lead can be reached.</summary>
    EligibleLeadersNotAvailable = 83,
    /// <summary>The partition has the leader it should have.</summary>
    ElectionNotNeeded = 84,
    /// <summary>The partition is not being reassigned.</summary>
    NoReassignmentInProgress = 85,
    /// <summary>The group is subscribed to the topic.</summary>
    GroupSubscribedToTopic = 86,
    /// <summary>A record or its batch breaks a rule of the topic or of the protocol.</summary>
    InvalidRecord = 87,
    /// <summary>A transaction could still change the offset.</summary>
    UnstableOffsetCommit = 88,
    /// <summary>The quota is used up.</summary>
    ThrottlingQuotaExceeded = 89,
    /// <summary>A newer producer uses the transactional id.</summary>
    ProducerFenced = 90,
    /// <summary>There is no such resource.</summary>
    ResourceNotFound = 91,
    /// <summary>The request names a resource twice.</summary>
    DuplicateResource = 92,
    /// <summary>The credential breaks a rule.</summary>
    UnacceptableCredential = 93,
    /// <summary>The sender or the receiver is not among the voters.</summary>
    InconsistentVoterSet = 94,
    /// <summary>The version of the update is invalid.</summary>
    InvalidUpdateVersion = 95,
    /// <summary>The features could not be changed.</summary>
    FeatureUpdateFailed = 96,
    /// <summary>The principal of a forwarded request cannot be read.</summary>
    PrincipalDeserializationFailure = 97,
    /// <summary>There is no such snapshot.</summary>
    SnapshotNotFound = 98,
    /// <summary>The position is outside the snapshot.</summary>
    PositionOutOfRange = 99,
    /// <summary>There is no topic with this id here.</summary>
    UnknownTopicId = 100,
    /// <summary>The broker id is taken.</summary>
    DuplicateBrokerRegistration = 101,
    /// <summary>The broker id is not registered.</summary>
    BrokerIdNotRegistered = 102,
    /// <summary>The topic has another id.</summary>
    InconsistentTopicId = 103,
    /// <summary>The cluster has another id.</summary>
    InconsistentClusterId = 104,
    /// <summary>There is no such transactional id.</summary>
    TransactionalIdNotFound = 105,
    /// <summary>The fetch session mixes topic ids and names.</summary>
    FetchSessionTopicIdError = 106,
    /// <summary>A replica may not be among those in sync.</summary>
    IneligibleReplica = 107,
    /// <summary>It was done, and the partition has a new leader.</summary>
    NewLeaderElected = 108,
    /// <summary>The offset is in remote storage only.</summary>
    OffsetMovedToTieredStorage = 109,
    /// <summary>The member epoch is too old; the member should give up its partitions and join again.</summary>
    FencedMemberEpoch = 110,
    /// <summary>Another member still has the instance id.</summary>
    UnreleasedInstanceId = 111,
    /// <summary>The group does not support the assignor.</summary>
    UnsupportedAssignor = 112,
    /// <summary>The member should try again when it has its new epoch.</summary>
    StaleMemberEpoch = 113,
    /// <summary>The request came to an endpoint of another kind.</summary>
    MismatchedEndpointType = 114,
    /// <summary>Endpoints of this kind are not supported.</summary>
    UnsupportedEndpointType = 115,
    /// <summary>There is no such controller.</summary>
    UnknownControllerId = 116,
    /// <summary>The telemetry subscription is unknown or out of date.</summary>
    UnknownSubscriptionId = 117,
    /// <summary>The telemetry is larger than the server takes.</summary>
    TelemetryTooLarge = 118,
    /// <summary>The registration of the broker is invalid.</summary>
    InvalidRegistration = 119,
    /// <summary>The transaction failed; the producer can abort it and go on.</summary>
    TransactionAbortable = 120,
    /// <summary>The records are in no state in which they can be acknowledged.</summary>
    InvalidRecordState = 121,
    /// <summary>There is no such share session.</summary>
    ShareSessionNotFound = 122,
    /// <summary>The share session is at another request.</summary>
    InvalidShareSessionEpoch = 123,
    /// <summary>The state of the share group has another epoch.</summary>
    FencedStateEpoch = 124,
    /// <summary>The voter key belongs to another replica.</summary>
    InvalidVoterKey = 125,
    /// <summary>The voter is among the voters already.</summary>
    DuplicateVoter = 126,
    /// <summary>The voter is not among the voters.</summary>
    VoterNotFound = 127,
    /// <summary>The regular expression is invalid.</summary>
    InvalidRegularExpression = 128,
    /// <summary>The client should start again from its bootstrap servers.</summary>
    RebootstrapRequired = 129,
    /// <summary>The topology is invalid.</summary>
    StreamsInvalidTopology = 130,
    /// <summary>The epoch of the topology is invalid.</summary>
    StreamsInvalidTopologyEpoch = 131,
    /// <summary>The epoch of the topology is too old.</summary>
    StreamsTopologyFenced = 132,
    /// <summary>There are as many share sessions as the server allows.</summary>
    ShareSessionLimitReached = 133,
}
