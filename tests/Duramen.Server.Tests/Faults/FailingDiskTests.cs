using System.Globalization;
using System.Text;
using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Records.Batches;
using Duramen.Server.Tests.Load;
using Duramen.Server.Tests.Processes;
using Duramen.Testing.Kafka;
using Duramen.Testing.PowerCut;
using Duramen.Testing.Processes;
using Xunit.Abstractions;

namespace Duramen.Server.Tests.Faults;

/// <summary>A disk that fails or fills up under the server: what clients are told, what still works, and what is there afterwards.</summary>
public sealed class FailingDiskTests(ITestOutputHelper output) : IDisposable
{
    private const string Topic = "t";

    private readonly string _root = Directory.CreateTempSubdirectory("duramen-server-").FullName;
    private readonly List<string> _acknowledged = [];

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("journal/000.journal", "pwrite64:error=EIO:when=60+")]
    [InlineData("journal/000.journal", "pwrite64:error=EIO:when=60")]
    [InlineData("journal/synced", "pwrite64:error=EIO:when=60")]
    public async Task After_an_error_of_the_disk_producers_are_told_reads_go_on_and_a_restart_has_all_that_was_acknowledged(string file, string fault)
    {
        string folder = Path.Combine(_root, "data");
        using (ServerProcess prepared = ServerProcess.Start(folder))
        {
            await MakeTopicAsync(prepared);
            Assert.Equal(0, prepared.Stop());
        }

        using (ServerProcess server = ServerProcess.StartWithFault(folder, fault, Path.Combine(folder, file)))
        {
            using WireClient client = await server.ConnectAsync();

            // The tracer counts for each thread, and the server may have several that write.
            KafkaError error = await ProduceUntilRefusedAsync(client, attempts: 5000, valueBytes: 100);
            Assert.Equal(KafkaError.KafkaStorageError, error);
            Assert.True(_acknowledged.Count > 0);

            // The failure is final, even when the disk would work again.
            Assert.Equal(KafkaError.KafkaStorageError, await ProduceAsync(client, "after", 100));
            Assert.Equal(KafkaError.KafkaStorageError, await MakeTopicAsync(client, "another"));
            (int status, string text) = await server.AskReadyAsync();
            Assert.Equal(503, status);
            Assert.StartsWith("not ready: ", text, StringComparison.Ordinal);
            await AssertReadableAsync(client, exactly: true);
            output.WriteLine($"{_acknowledged.Count} acknowledged; {text}");
            server.Kill();
        }

        using ServerProcess again = ServerProcess.Start(folder);
        using WireClient later = await again.ConnectAsync();
        await AssertReadableAsync(later, exactly: false);
        Assert.Equal(KafkaError.None, await ProduceAsync(later, "later", 100));
        Assert.Equal((200, "ready\n"), await again.AskReadyAsync());
        Assert.Equal(0, again.Stop());
    }

    [Fact]
    public async Task On_a_full_disk_producers_are_told_reads_go_on_and_with_room_everything_works_again()
    {
        if (LoopMount.WhyUnavailable is string reason)
        {
            output.WriteLine($"NO REAL FULL DISK on this machine ({reason}).");
            return;
        }

        using LoopMount mount = LoopMount.Create(700);
        string folder = Path.Combine(mount.Folder, "data");
        string ballast = Path.Combine(mount.Folder, "ballast");
        using (ServerProcess server = ServerProcess.Start(folder))
        {
            await MakeTopicAsync(server);
            using WireClient client = await server.ConnectAsync();
            Assert.Equal(KafkaError.None, await ProduceAsync(client, "first", 100_000));
            Fill(mount.Folder, ballast);
            KafkaError error = await ProduceUntilRefusedAsync(client, attempts: 5000, valueBytes: 500_000);
            Assert.Equal(KafkaError.KafkaStorageError, error);
            error = await ProduceUntilRefusedAsync(client, attempts: 500_000, valueBytes: 60_000);
            Assert.Equal(KafkaError.KafkaStorageError, error);
            error = await ProduceUntilRefusedAsync(client, attempts: 500_000, valueBytes: 100);
            Assert.Equal(KafkaError.KafkaStorageError, error);
            Assert.Equal(503, (await server.AskReadyAsync()).Status);
            await AssertReadableAsync(client, exactly: true);
            Assert.NotEqual(KafkaError.None, await MakeTopicAsync(client, "refused"));
            File.Delete(ballast);
            for (int attempt = 0; await ProduceAsync(client, "with room", 100) != KafkaError.None; attempt++)
            {
                Assert.True(attempt < 600);
                await Task.Delay(100);
            }

            for (int attempt = 0; (await server.AskReadyAsync()).Status != 200; attempt++)
            {
                Assert.True(attempt < 600);
                await Task.Delay(100);
            }

            Assert.Equal(KafkaError.None, await MakeTopicAsync(client, "allowed"));
            await AssertReadableAsync(client, exactly: true);
            output.WriteLine($"{_acknowledged.Count} acknowledged");
            server.Kill();
        }

        using ServerProcess again = ServerProcess.Start(folder);
        using WireClient later = await again.ConnectAsync();
        await AssertReadableAsync(later, exactly: true);
        Assert.Equal(0, again.Stop());
    }

    // What the file system gives to nobody but root is left.
    private static void Fill(string mount, string ballast)
    {
        string free = Tool.Run("df", "--output=avail", "-B1", mount).Split('\n')[1].Trim();
        Tool.Run("fallocate", "-l", (long.Parse(free, CultureInfo.InvariantCulture) - (16 << 20)).ToString(CultureInfo.InvariantCulture), ballast);
    }

    private static async Task MakeTopicAsync(ServerProcess server)
    {
        using WireClient client = await server.ConnectAsync();
        Assert.Equal(KafkaError.None, await MakeTopicAsync(client, Topic));
    }

    private static async Task<KafkaError> MakeTopicAsync(WireClient client, string name) =>
        (await client.AskAsync(
            new CreateTopicsRequest
            {
                Topics = [new() { Name = name, NumPartitions = 1, ReplicationFactor = 1, Configs = [new() { Name = "max.message.bytes", Value = "2000000" }] }],
            },
            version: 7)).Topics[0].ErrorCode;

    private async Task<KafkaError> ProduceUntilRefusedAsync(WireClient client, int attempts, int valueBytes)
    {
        KafkaError error = KafkaError.None;
        for (int attempt = 0; attempt < attempts && error == KafkaError.None; attempt++)
        {
            error = await ProduceAsync(client, $"value {attempt}", valueBytes);
        }

        return error;
    }

    private async Task<KafkaError> ProduceAsync(WireClient client, string value, int valueBytes)
    {
        value = value.PadRight(valueBytes, '.');
        using var builder = new RecordBatchBuilder { MaxSizeBytes = 2_000_000 };
        builder.Append(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), default, Encoding.UTF8.GetBytes(value));
        ProduceResponse response = await client.AskAsync(
            new ProduceRequest { Acks = -1, TimeoutMs = 30_000, Topics = [new() { Name = Topic, Partitions = [new() { Index = 0, Records = builder.Build().ToArray() }] }] }, version: 9);
        KafkaError error = response.Topics[0].Partitions[0].ErrorCode;
        if (error == KafkaError.None)
        {
            _acknowledged.Add(value);
        }

        return error;
    }

    /// <summary>All that was acknowledged is there, in order; after a crash what was refused may be, too.</summary>
    private async Task AssertReadableAsync(WireClient client, bool exactly)
    {
        List<string> values = [.. (await Reading.AllAsync(client, Topic, 0)).Select(record => record.Value)];
        Assert.Equal(_acknowledged, exactly ? values : values.Take(_acknowledged.Count));
        Assert.True(values.Count <= _acknowledged.Count + 2);
    }
}
