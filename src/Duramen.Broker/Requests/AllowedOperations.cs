namespace Duramen.Broker.Requests;

/// <summary>
/// What a client may do with a resource, a bit for each of Kafka's operations: everything that there is to do with one of its kind, since nobody checks yet who
/// a client is.
/// </summary>
internal static class AllowedOperations
{
    public const int OfCluster = Create | Alter | Describe | ClusterAction | DescribeConfigs | AlterConfigs | IdempotentWrite;
    public const int OfTopic = Read | Write | Create | Delete | Alter | Describe | DescribeConfigs | AlterConfigs;
    public const int OfGroup = Read | Delete | Describe;

    /// <summary>What stands where nobody asked.</summary>
    public const int NotAsked = int.MinValue;

    private const int Read = 1 << 3;
    private const int Write = 1 << 4;
    private const int Create = 1 << 5;
    private const int Delete = 1 << 6;
    private const int Alter = 1 << 7;
    private const int Describe = 1 << 8;
    private const int ClusterAction = 1 << 9;
    private const int DescribeConfigs = 1 << 10;
    private const int AlterConfigs = 1 << 11;
    private const int IdempotentWrite = 1 << 12;
}
