using System.Runtime.InteropServices;
using System.Text;
using Duramen.Kafka;

namespace Duramen.Client.Tests.Clusters;

/// <summary>
/// A cluster of several brokers, which are not ours: those that librdkafka has for its own tests, in this process. Brokers can go and come back, and leaders
/// move, when a test says so. They do not look at sequence numbers.
/// <para>
/// The thread that they run on takes a signal for the end: it gives back all their memory, and whatever asks them afterwards hangs or tramples on the memory of
/// others. This process has handlers for the signals of its children, among others, which may run on any thread; not on one that begins with them blocked.
/// </para>
/// </summary>
internal sealed partial class MockCluster : IDisposable
{
    private const string Library = "librdkafka.so.1";
    private const int Producer = 0;
    private const int MessageSizeBytes = 512;
    private const string ThreadName = "rdk:mock";
    private const int SignalSetWords = 16;
    private const int SetMask = 2;
    private const int Block = 0;

    // All from SIGHUP to SIGSYS but those by which a thread learns of its own faults: SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV.
    private const ulong SignalsOfOthers = 0x7FFF_FFFF & ~((1UL << 3) | (1UL << 4) | (1UL << 5) | (1UL << 6) | (1UL << 7) | (1UL << 10));

    private readonly nint _handle;
    private readonly nint _cluster;

    public MockCluster(int brokers)
    {
        byte[] message = new byte[MessageSizeBytes];
        try
        {
            nint conf = NewConf();
            SetLog(conf, 0);
            _handle = New(Producer, conf, message, MessageSizeBytes);
        }
        catch (DllNotFoundException)
        {
            Assert.Fail($"{Library} is not installed; install it with: apt-get install kcat");
        }

        Assert.True(_handle != 0, Encoding.UTF8.GetString(message));
        _cluster = NewUndisturbedCluster(_handle, brokers);
        Assert.NotEqual(0, _cluster);
        BootstrapServers = Marshal.PtrToStringUTF8(Bootstraps(_cluster))!;
    }

    public string BootstrapServers { get; }

    public void CreateTopic(string name, int partitions, int replicas) => Assert.Equal(0, CreateTopic(_cluster, name, partitions, replicas));

    /// <summary>Makes a broker, from 1 on, the leader of a partition.</summary>
    public void Lead(string topic, int partition, int broker) => Assert.Equal(0, SetLeader(_cluster, topic, partition, broker));

    /// <summary>Makes a broker the coordinator of a group.</summary>
    public void Coordinate(string group, int broker) => Assert.Equal(0, SetCoordinator(_cluster, "group", group, broker));

    public void Stop(int broker) => Assert.Equal(0, SetDown(_cluster, broker));

    public void Start(int broker) => Assert.Equal(0, SetUp(_cluster, broker));

    /// <summary>The next requests of a kind are refused with these errors, one each.</summary>
    public void Refuse(ApiKey key, params KafkaError[] errors) => PushErrors(_cluster, (short)key, (nuint)errors.Length, [.. errors.Select(error => (int)error)]);

    /// <summary>Sends a signal to the thread that the brokers run on.</summary>
    public static void Signal(int signal)
    {
        int[] threads =
        [
            .. Directory.GetDirectories("/proc/self/task").Where(task => NameOfThread(task) == ThreadName).Select(task => int.Parse(Path.GetFileName(task))),
        ];
        Assert.Equal(0, SendSignal(Environment.ProcessId, Assert.Single(threads), signal));
    }

    public void Dispose()
    {
        DestroyCluster(_cluster);
        Destroy(_handle);
    }

    // Null when the thread has ended meanwhile, as others of this process may.
    private static string? NameOfThread(string task)
    {
        try
        {
            return File.ReadAllText($"{task}/comm").TrimEnd();
        }
        catch (IOException)
        {
            return null;
        }
    }

    // A thread begins with the mask of the one that made it.
    private static nint NewUndisturbedCluster(nint handle, int brokers)
    {
        ulong[] signals = new ulong[SignalSetWords];
        ulong[] before = new ulong[SignalSetWords];
        signals[0] = SignalsOfOthers;
        Assert.Equal(0, MaskSignals(Block, signals, before));
        nint cluster = NewCluster(handle, brokers);
        Assert.Equal(0, MaskSignals(SetMask, before, signals));
        return cluster;
    }

    [LibraryImport("libc", EntryPoint = "pthread_sigmask")]
    private static partial int MaskSignals(int how, ulong[] signals, [Out] ulong[] before);

    [LibraryImport("libc", EntryPoint = "tgkill")]
    private static partial int SendSignal(int process, int thread, int signal);

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_new")]
    private static partial nint NewConf();

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set_log_cb")]
    private static partial void SetLog(nint conf, nint callback);

    [LibraryImport(Library, EntryPoint = "rd_kafka_new")]
    private static partial nint New(int type, nint conf, [Out] byte[] message, nuint messageSizeBytes);

    [LibraryImport(Library, EntryPoint = "rd_kafka_destroy")]
    private static partial void Destroy(nint handle);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_cluster_new")]
    private static partial nint NewCluster(nint handle, int brokers);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_cluster_destroy")]
    private static partial void DestroyCluster(nint cluster);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_cluster_bootstraps")]
    private static partial nint Bootstraps(nint cluster);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_topic_create", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CreateTopic(nint cluster, string topic, int partitions, int replicas);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_partition_set_leader", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetLeader(nint cluster, string topic, int partition, int broker);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_coordinator_set", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetCoordinator(nint cluster, string type, string key, int broker);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_broker_set_down")]
    private static partial int SetDown(nint cluster, int broker);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_broker_set_up")]
    private static partial int SetUp(nint cluster, int broker);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_push_request_errors_array")]
    private static partial void PushErrors(nint cluster, short key, nuint count, int[] errors);
}
