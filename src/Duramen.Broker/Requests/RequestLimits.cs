using Duramen.Records.Batches;

namespace Duramen.Broker.Requests;

/// <summary>The limits on what one request may ask for, in one place.</summary>
internal static class RequestLimits
{
    /// <summary>
    /// The largest request of an API that carries no batches, in bytes. Joins and syncs of Streams applications are the largest: megabytes
    /// for thousands of tasks.
    /// </summary>
    public const int OrdinaryRequestMaxBytes = 16 << 20;

    /// <summary>The largest request with which a client introduces itself, in bytes: before that nothing is known about it.</summary>
    public const int GreetingMaxBytes = 64 << 10;

    /// <summary>The largest request with which a member says that it is alive, in bytes: four names of 32 KiB.</summary>
    public const int HeartbeatMaxBytes = 256 << 10;

    /// <summary>The most bytes of batches in the answer to one fetch; Kafka's <c>fetch.max.bytes</c> has the same default.</summary>
    public const int FetchMaxBytes = 55 << 20;

    /// <summary>
    /// The bad records that the answer to a request names, in all its batches together. Clients fail the others of a batch with it as they fail those that are named;
    /// and a batch of a kilobyte can have as many, so that the answer would be thousands of times as large as the request.
    /// </summary>
    public const int NamedRecords = RecordLimits.MaxNamedRecords;

    /// <summary>
    /// The bad records of a batch of which the answer says what is wrong with them: texts for all would be many times as large as the batch.
    /// </summary>
    public const int ExplainedRecords = 100;

    /// <summary>
    /// The partitions of one fetch among which nobody looks for one that is there twice. In a larger fetch a repeated partition is refused, so that no
    /// more are read and waited for than there are.
    /// </summary>
    public const int UncheckedFetchPartitions = 1000;

    /// <summary>
    /// The partitions in all fetch sessions together. One that waits for records takes about 600 bytes, so that all of them are 60 MB.
    /// </summary>
    public const int FetchSessionPartitions = 100_000;

    /// <summary>
    /// How many partitions of its session a fetch looks at in turn for what no log reports. A session of a thousand that is idle has seen all of them after
    /// 32 fetches, a quarter of a minute with the usual patience of clients.
    /// </summary>
    public const int FetchSessionLooks = 32;

    /// <summary>The most partitions that one request makes, in all its topics together; Kafka has the same limit. Each is a log with files of its own.</summary>
    public const int MaxNewPartitions = 10_000;

    /// <summary>The longest that a fetch may wait, in milliseconds.</summary>
    public const int FetchMaxWaitMs = 30_000;
}
